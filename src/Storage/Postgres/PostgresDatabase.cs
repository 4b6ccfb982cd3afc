using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Postgres;

/// <summary>The bot's database in PostgreSQL, which several silos share. Its migrations are beside it.</summary>
internal sealed class PostgresDatabase(DbContextOptions<PostgresDatabase> options) : BotDatabase(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // Names are compared and ordered by their characters, as SQLite does, whatever language the server was set up in.
        configurationBuilder.Properties<string>().UseCollation("C");
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Utc>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
        {
            if (property.ClrType == typeof(string) && !property.IsKey() && !property.IsIndex() && !property.IsForeignKey())
            {
                property.SetValueConverter(new Storable());
            }
        }
    }

    /// <summary>timestamptz keeps a moment, to the microsecond; its driver takes only moments without an offset.</summary>
    private sealed class Utc() : ValueConverter<DateTimeOffset, DateTimeOffset>(at => at.ToUniversalTime(), at => at);

    /// <summary>What devices and people send may hold what PostgreSQL's text can't: U+0000, which is shown by its picture, and halves of surrogate pairs.</summary>
    private sealed class Storable() : ValueConverter<string, string>(text => Of(text), text => text)
    {
        private static string Of(string text)
        {
            var storable = text.Replace('\0', '\u2400');
            for (var i = 0; i < storable.Length; i++)
            {
                if (char.IsSurrogate(storable[i]) && !(char.IsHighSurrogate(storable[i]) && i + 1 < storable.Length && char.IsLowSurrogate(storable[++i])))
                {
                    return string.Concat(storable.EnumerateRunes());
                }
            }

            return storable;
        }
    }

    /// <summary>For the migration tool only: <c>dotnet ef migrations add NAME --project src/Storage --context PostgresDatabase -o Postgres/Migrations</c>.</summary>
    internal sealed class DesignTime : IDesignTimeDbContextFactory<PostgresDatabase>
    {
        public PostgresDatabase CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgresDatabase>().UseNpgsql("Host=design").Options);
    }
}

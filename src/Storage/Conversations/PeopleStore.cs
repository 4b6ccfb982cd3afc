using Microsoft.EntityFrameworkCore;
using TrunkBot.Chat.Ports;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Conversations;

/// <summary>Which user of a platform is which account, and what people chose for themselves.</summary>
internal sealed class PeopleStore(IDatabase database) : IPeopleStore
{
    public async Task<Binding?> FindBindingAsync(string user, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        return await context.Bindings.AsNoTracking().SingleOrDefaultAsync(b => b.User == user, cancellationToken) is { } row ? Of(row) : null;
    }

    public async Task<IReadOnlyList<Binding>> BindingsOfAsync(string account, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.Bindings.AsNoTracking().Where(b => b.Account == account).OrderBy(b => b.User).ToListAsync(cancellationToken);
        return [.. rows.Select(Of)];
    }

    public async Task<bool> TryBindAsync(Binding binding, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        context.Bindings.Add(new BindingRow { User = binding.User, Account = binding.Account, By = binding.By, At = binding.At });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException e) when (database.IsDuplicate(e))
        {
            return false;
        }
    }

    public async Task<bool> UnbindAsync(string user, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        return await context.Bindings.Where(b => b.User == user).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    public async Task<Preferences?> FindPreferencesAsync(string account, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        return await context.Preferences.AsNoTracking().SingleOrDefaultAsync(p => p.Account == account, cancellationToken) is { } row
            ? new Preferences(row.Account, row.Language, row.TimeZone)
            : null;
    }

    public Task SavePreferencesAsync(Preferences preferences, CancellationToken cancellationToken) => database.UpsertAsync(
        preferences.Account,
        () => new PreferencesRow { Account = preferences.Account },
        row => (row.Language, row.TimeZone) = (preferences.Language, preferences.TimeZone),
        cancellationToken);

    private static Binding Of(BindingRow row) => new(row.User, row.Account, row.By, row.At);
}

internal sealed class BindingRow
{
    public required string User { get; set; }

    public required string Account { get; set; }

    public required string By { get; set; }

    public DateTimeOffset At { get; set; }
}

internal sealed class PreferencesRow : IVersionedRow
{
    public required string Account { get; set; }

    public string? Language { get; set; }

    public string? TimeZone { get; set; }

    public long Version { get; set; }
}

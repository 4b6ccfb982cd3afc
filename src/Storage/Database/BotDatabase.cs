using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes.Audit;
using TrunkBot.Storage.Alerts;
using TrunkBot.Storage.Audit;
using TrunkBot.Storage.Calls;
using TrunkBot.Storage.Conversations;
using TrunkBot.Storage.Fleets;
using TrunkBot.Storage.Health;
using TrunkBot.Storage.Installs;
using TrunkBot.Storage.Journal;
using TrunkBot.Storage.Life;
using TrunkBot.Storage.Locks;
using TrunkBot.Storage.Managed;
using TrunkBot.Storage.Places;

namespace TrunkBot.Storage.Database;

/// <summary>
/// All that the bot remembers, whatever the database. Rows that change carry a concurrency token; tickets, lines, outcomes,
/// decisions and audit entries are append-only, which the database itself enforces.
/// </summary>
internal abstract class BotDatabase(DbContextOptions options) : DbContext(options)
{
    public DbSet<ChangeRow> Changes => Set<ChangeRow>();

    public DbSet<DecisionRow> Decisions => Set<DecisionRow>();

    public DbSet<TicketRow> Tickets => Set<TicketRow>();

    public DbSet<ExchangeRow> Exchanges => Set<ExchangeRow>();

    public DbSet<OutcomeRow> Outcomes => Set<OutcomeRow>();

    public DbSet<LockRow> Locks => Set<LockRow>();

    public DbSet<TrunkRow> Trunks => Set<TrunkRow>();

    public DbSet<AuditRecord> Audit => Set<AuditRecord>();

    public DbSet<AuditHeadRow> AuditHeads => Set<AuditHeadRow>();

    public DbSet<TurnRow> Inbox => Set<TurnRow>();

    public DbSet<DialogRow> Dialogs => Set<DialogRow>();

    public DbSet<CardRow> Cards => Set<CardRow>();

    public DbSet<ConversationRow> Conversations => Set<ConversationRow>();

    public DbSet<BindingRow> Bindings => Set<BindingRow>();

    public DbSet<PreferencesRow> Preferences => Set<PreferencesRow>();

    public DbSet<InstallRow> Installs => Set<InstallRow>();

    public DbSet<NoticeRow> Notices => Set<NoticeRow>();

    public DbSet<MarkRow> Marks => Set<MarkRow>();

    public DbSet<AlertRow> Alerts => Set<AlertRow>();

    public DbSet<AlertEventRow> AlertEvents => Set<AlertEventRow>();

    public DbSet<FleetRow> Fleets => Set<FleetRow>();

    public DbSet<SilenceRow> Silences => Set<SilenceRow>();

    public DbSet<HealthNowRow> HealthNow => Set<HealthNowRow>();

    public DbSet<HealthSampleRow> HealthSamples => Set<HealthSampleRow>();

    public DbSet<HealthPieceRow> HealthPieces => Set<HealthPieceRow>();

    public DbSet<TestCallRow> TestCalls => Set<TestCallRow>();

    public DbSet<CallBudgetRow> CallBudgets => Set<CallBudgetRow>();

    public DbSet<CallSlotRow> CallSlots => Set<CallSlotRow>();

    public DbSet<TestScheduleRow> TestSchedules => Set<TestScheduleRow>();

    public DbSet<InsightsSearchRow> InsightsSearches => Set<InsightsSearchRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ChangeRow>(row =>
        {
            row.ToTable("changes").HasKey(r => r.Number);
            row.Property(r => r.Number).ValueGeneratedOnAdd();
            row.Property(r => r.State).HasConversion<string>();
            row.Property(r => r.Version).IsConcurrencyToken();
            row.HasIndex(r => r.State);
            row.HasIndex(r => r.AwaitsReview);
        });
        modelBuilder.Entity<DecisionRow>(row =>
        {
            row.ToTable("decisions").HasKey(r => new { r.ChangeNumber, r.Ordinal });
            row.HasOne<ChangeRow>().WithMany().HasForeignKey(r => r.ChangeNumber).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<TicketRow>(row =>
        {
            row.ToTable("journal_tickets").HasKey(r => r.Sequence);
            row.Property(r => r.Sequence).ValueGeneratedOnAdd();
            row.Property(r => r.Purpose).HasConversion<string>();
            row.HasIndex(r => r.Ticket).IsUnique();
            row.HasIndex(r => r.ChangeId);
        });
        modelBuilder.Entity<ExchangeRow>(row =>
        {
            row.ToTable("journal_exchanges").HasKey(r => r.Sequence);
            row.Property(r => r.Sequence).ValueGeneratedOnAdd();
            row.Property(r => r.Direction).HasConversion<string>();
            row.HasIndex(r => r.Ticket);
        });
        modelBuilder.Entity<OutcomeRow>(row =>
        {
            row.ToTable("journal_outcomes").HasKey(r => r.Ticket);
            row.Property(r => r.Outcome).HasConversion<string>();
        });
        modelBuilder.Entity<LockRow>(row =>
        {
            row.ToTable("element_locks").HasKey(r => r.Element);
            row.HasIndex(r => r.Holder);
        });
        modelBuilder.Entity<TrunkRow>(row =>
        {
            row.ToTable("trunks").HasKey(r => r.Key);
            row.Property(r => r.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<AuditRecord>(row =>
        {
            row.ToTable("audit").HasKey(r => r.Sequence);
            row.Property(r => r.Sequence).ValueGeneratedNever();

            // The chain can't fork, whoever writes.
            row.HasIndex(r => r.Previous).IsUnique();
            row.HasIndex(r => r.ChangeId);
            row.HasIndex(r => r.Trunk);
            row.HasIndex(r => r.Who);
        });
        modelBuilder.Entity<AuditHeadRow>(row =>
        {
            row.ToTable("audit_head").HasKey(r => r.Id);
            row.Property(r => r.Id).ValueGeneratedNever();
            row.HasData(new AuditHeadRow { Id = 1, Hash = AuditRecord.Nothing });
        });
        modelBuilder.Entity<TurnRow>(row =>
        {
            row.ToTable("inbox").HasKey(r => r.Sequence);
            row.Property(r => r.Sequence).ValueGeneratedOnAdd();
            row.HasIndex(r => r.TurnId).IsUnique();
            row.HasIndex(r => r.ConversationKey).HasFilter("\"Outcome\" IS NULL");
            row.Property(r => r.Outcome).IsConcurrencyToken();
        });
        modelBuilder.Entity<DialogRow>(row =>
        {
            row.ToTable("dialogs").HasKey(r => r.Key);
            row.Property(r => r.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<CardRow>(row =>
        {
            row.ToTable("cards").HasKey(r => r.Sequence);
            row.Property(r => r.Sequence).ValueGeneratedOnAdd();
            row.HasIndex(r => new { r.Subject, r.View, r.ConversationKey, r.MessageId }).IsUnique();
        });
        modelBuilder.Entity<ConversationRow>(row =>
        {
            row.ToTable("conversations").HasKey(r => r.Key);
            row.Property(r => r.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<BindingRow>(row =>
        {
            row.ToTable("bindings").HasKey(r => r.User);
            row.HasIndex(r => r.Account);
        });
        modelBuilder.Entity<PreferencesRow>(row =>
        {
            row.ToTable("preferences").HasKey(r => r.Account);
            row.Property(r => r.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<InstallRow>(row =>
        {
            row.ToTable("installs").HasKey(r => r.Key);
            row.Property(r => r.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<FleetRow>(row =>
        {
            row.ToTable("fleets").HasKey(r => r.Number);
            row.Property(r => r.Number).ValueGeneratedOnAdd();
            row.Property(r => r.Version).IsConcurrencyToken();
            row.HasIndex(r => r.IsOpen);
        });
        Keyed<PlaceRow>("places");
        Keyed<FollowRow>("follows");
        Keyed<QuietRow>("quiet_hours");
        Keyed<SilenceRow>("silences");
        Keyed<TestScheduleRow>("test_schedules");
        Keyed<InsightsSearchRow>("insights_searches");
        modelBuilder.Entity<NoticeRow>(row =>
        {
            row.ToTable("notices").HasKey(r => r.Sequence);
            row.Property(r => r.Sequence).ValueGeneratedOnAdd();
        });
        modelBuilder.Entity<MarkRow>(row =>
        {
            row.ToTable("marks").HasKey(r => r.Subject);
            row.Property(r => r.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<AlertRow>(row =>
        {
            row.ToTable("alerts").HasKey(r => r.Number);
            row.Property(r => r.Number).ValueGeneratedOnAdd();
            row.Property(r => r.Version).IsConcurrencyToken();
            row.HasIndex(r => new { r.Key, r.Episode }).IsUnique();
        });
        modelBuilder.Entity<AlertEventRow>(row =>
        {
            row.ToTable("alert_events").HasKey(r => r.Id);
            row.HasIndex(r => r.At);
        });
        modelBuilder.Entity<HealthNowRow>(row =>
        {
            row.ToTable("health_now").HasKey(r => r.Key);
            row.HasIndex(r => r.Badness);
        });
        modelBuilder.Entity<HealthSampleRow>(row =>
        {
            row.ToTable("health_samples").HasKey(r => new { r.Key, r.Series, r.At });
            row.HasIndex(r => r.At);
        });
        modelBuilder.Entity<HealthPieceRow>(row =>
        {
            row.ToTable("health_pieces").HasKey(r => new { r.Key, r.Series, r.Width, r.Start });
            row.HasIndex(r => new { r.Width, r.Start });
        });
        modelBuilder.Entity<TestCallRow>(row =>
        {
            row.ToTable("test_calls").HasKey(r => r.Number);
            row.Property(r => r.Number).ValueGeneratedOnAdd();
            row.HasIndex(r => new { r.Key, r.At });
            row.HasIndex(r => r.At);
        });
        modelBuilder.Entity<CallBudgetRow>().ToTable("call_budget").HasKey(r => new { r.Day, r.Key });
        modelBuilder.Entity<CallSlotRow>().ToTable("call_slots").HasKey(r => r.Account);

        void Keyed<TRow>(string table)
            where TRow : KeyedRow => modelBuilder.Entity<TRow>(row =>
        {
            row.ToTable(table).HasKey(r => r.Key);
            row.Property(r => r.Version).IsConcurrencyToken();
        });
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes;

public static class ChangesRegistration
{
    /// <summary>
    /// Adds the change engine (<see cref="ChangeEngine"/>). The host adds the ports: every <see cref="INetworkSystem"/>, <see cref="ITrunkInventory"/> and
    /// <see cref="IChangeObserver"/>, <see cref="ISites"/>, <see cref="ISecrets"/>, <see cref="ITrunkAcceptance"/>; and a store with
    /// <see cref="IChangeStore"/>, <see cref="IJournal"/>, <see cref="IElementLocks"/>, <see cref="ITrunkStore"/>, <see cref="IAuditTrail"/>, <see cref="Fleets.IFleetStore"/>; and <see cref="IChangeService"/>.
    /// </summary>
    public static IServiceCollection AddChanges(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Planner>();
        services.AddSingleton<Redactor>();
        services.AddSingleton<Drafts>();
        services.AddSingleton<Adoption>();
        services.AddSingleton<Drift>();
        services.AddSingleton<PolicyExplanation>();
        services.AddSingleton(Compose);
        services.AddSingleton<Fleets.Fleets>();
        return services;
    }

    // Composed by hand: the parts are the engine's own and nobody else may have them.
    private static ChangeEngine Compose(IServiceProvider services)
    {
        var planner = services.GetRequiredService<Planner>();
        var redactor = services.GetRequiredService<Redactor>();
        var time = services.GetRequiredService<TimeProvider>();
        var sites = services.GetRequiredService<ISites>();
        var store = services.GetRequiredService<IChangeStore>();
        var journal = services.GetRequiredService<IJournal>();
        var locks = services.GetRequiredService<IElementLocks>();
        var trunks = services.GetRequiredService<ITrunkStore>();
        var logs = services.GetRequiredService<ILoggerFactory>();

        var announcer = new ChangeAnnouncer(services.GetServices<IChangeObserver>(), logs.CreateLogger<ChangeAnnouncer>());
        var sender = new StepSender(planner, journal, redactor, time, logs.CreateLogger<StepSender>());
        var hold = new ElementHold(locks, time, logs.CreateLogger<ElementHold>());
        var errors = new InnerErrors(logs.CreateLogger<InnerErrors>());
        var stale = new StaleCheck(planner, redactor, errors);
        var apply = new ApplyRun(stale, sites, hold, journal, sender);
        var verify = new VerifyRun(
            planner, redactor, sites, services.GetRequiredService<ITrunkAcceptance>(), trunks, hold, apply, sender, errors, time, logs.CreateLogger<VerifyRun>());
        var undo = new UndoRun(sites, trunks, hold, journal, sender);
        var runner = new ChangeRunner(store, journal, locks, hold, apply, verify, undo, announcer, time, logs.CreateLogger<ChangeRunner>());
        var audit = services.GetRequiredService<IAuditTrail>();
        var requests = new ChangeRequests(store, trunks, audit, announcer, time);
        var manual = new ManualSteps(store, sites, sender, requests, time);
        var care = new ApprovalCare(store, requests);
        var controls = new ChangeControls(
            store, trunks, requests, undo, new Unlocking(locks, sites, requests, time), new ChangeClock(store, requests), new DryRun(store, sites, hold, stale, sender, audit, time), time);
        return new ChangeEngine(services.GetRequiredService<Drafts>(), sites, store, journal, announcer, requests, care, manual, runner, hold, controls, time);
    }
}

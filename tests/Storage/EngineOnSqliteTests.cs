using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Changes;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Storage.Tests.World;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Storage.Tests;

/// <summary>The change engine on real files: what is written, what survives, and that no secret is among it.</summary>
public class EngineOnSqliteTests : Folder
{
    private const string Marker = "MARKER-s3cret/value";

    private readonly Device _device = new();

    [Fact]
    public async Task A_change_runs_to_its_end_and_everything_is_there_after_a_restart()
    {
        await using var process = Process();
        var change = await ApprovedAsync(process);
        await process.GetRequiredService<ChangeEngine>().RunAsync(change.Id, Ct);

        await using var next = Process();
        var engine = next.GetRequiredService<ChangeEngine>();
        var done = (await engine.FindAsync("CHG-1", Ct))!;
        Assert.Equal(ChangeState.Done, done.State);
        Assert.Equal(Sample.Ben, Assert.Single(done.Decisions).By);
        Assert.Equal(["create one ok", "created ok", "create two ok", "created ok"], (await engine.JournalAsync("CHG-1", Ct)).Select(l => l.Exchange.Text));
        Assert.Equal("CHG-1", (await next.GetRequiredService<ITrunkStore>().FindAsync("acme-east", Ct))!.ChangeId);
        Assert.Empty(await next.GetRequiredService<IElementLocks>().ListAsync(Ct));
    }

    [Fact]
    public async Task No_secret_is_in_any_file_even_when_a_device_echoes_it_everywhere()
    {
        _device.Echo = Marker;
        await using var process = Process();
        var engine = process.GetRequiredService<ChangeEngine>();
        var change = await ApprovedAsync(process);
        await engine.RunAsync(change.Id, Ct);
        _device.FailUndo = true;
        await engine.AskAsync(change.Id, new Undo(), Sample.Ana, Ct);
        await engine.RunAsync(change.Id, Ct);

        Assert.Equal(ChangeState.Stuck, (await engine.FindAsync(change.Id, Ct))!.State);
        var bytes = await BytesAsync();
        Assert.Contains("secret:denver-perimeta", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, bytes, StringComparison.Ordinal);
        Assert.DoesNotContain(Uri.EscapeDataString(Marker), bytes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_that_a_system_shows_since_the_plan_is_in_any_file()
    {
        await using var process = Process();
        var engine = process.GetRequiredService<ChangeEngine>();
        var change = await ApprovedAsync(process);
        _device.Echo = Marker;
        _device.Drift = 1;
        await engine.RunAsync(change.Id, Ct);

        Assert.Equal("plan-stale", (await engine.FindAsync(change.Id, Ct))!.Trouble!.Code);
        var bytes = await BytesAsync();
        Assert.Contains("secret:denver-perimeta", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, bytes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_dies_in_the_middle_of_a_step_is_followed_by_one_that_looks_first()
    {
        var change = default(Change);
        await using (var first = Process())
        {
            change = await ApprovedAsync(first);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            _device.AfterCreate = id =>
            {
                if (id == "two")
                {
                    stop.Cancel();
                    stop.Token.ThrowIfCancellationRequested();
                }
            };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.GetRequiredService<ChangeEngine>().RunAsync(change.Id, stop.Token));
        }

        _device.AfterCreate = null;
        await using var second = Process();
        var engine = second.GetRequiredService<ChangeEngine>();
        Assert.Null((await second.GetRequiredService<IJournal>().TicketsAsync(change.Id, Ct)).Single(t => t.StepId == "two").Outcome);
        Assert.Equal([change.Id], await engine.ResumeAsync(Ct));
        await engine.RunAsync(change.Id, Ct);

        Assert.Equal(ChangeState.Done, (await engine.FindAsync(change.Id, Ct))!.State);
        Assert.Equal(["one", "two"], _device.Creates);
    }

    [Fact]
    public async Task Two_processes_that_approve_at_once_have_one_winner()
    {
        await using var first = Process();
        await using var second = Process();
        var (a, b) = (first.GetRequiredService<ChangeEngine>(), second.GetRequiredService<ChangeEngine>());
        for (var round = 0; round < 10; round++)
        {
            var change = await a.PlanAsync(new(Sample.Intent()), Sample.Values, Sample.Ana, Ct);
            await a.AskAsync(change.Id, new Submit(), Sample.Ana, Ct);

            var replies = await Task.WhenAll(
                Task.Run(() => a.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct), Ct),
                Task.Run(() => b.AskAsync(change.Id, new Reject("no"), new Actor("webchat:cem", "Cem"), Ct), Ct));

            Assert.Single(replies, r => r.Accepted);
            Assert.Equal("already-decided", Assert.Single(replies, r => !r.Accepted).Code);
            Assert.Single((await b.FindAsync(change.Id, Ct))!.Decisions);
        }
    }

    [Fact]
    public async Task Two_changes_of_one_element_do_not_run_at_the_same_time()
    {
        await using var process = Process();
        var engine = process.GetRequiredService<ChangeEngine>();
        var first = await ApprovedAsync(process);
        var second = await ApprovedAsync(process);
        ChangeTrouble? trouble = null;
        _device.BeforeCreate = async id =>
        {
            if (id == "one" && trouble is null)
            {
                await engine.RunAsync(second.Id, Ct);
                trouble = (await engine.FindAsync(second.Id, Ct))!.Trouble;
            }
        };

        await engine.RunAsync(first.Id, Ct);

        Assert.Equal("element-locked", trouble!.Code);
        Assert.Contains("den-sbc-1 is held by CHG-1 (trunk acme-east)", trouble.Sentence, StringComparison.Ordinal);
        Assert.Equal(ChangeState.Done, (await engine.FindAsync(first.Id, Ct))!.State);
    }

    [Fact]
    public async Task One_person_in_Teams_and_in_Slack_is_one_actor_to_the_engine()
    {
        await using var process = Process();
        var engine = process.GetRequiredService<ChangeEngine>();
        var people = new PeopleBook(
            new Accounts(new PeopleOptions
            {
                Accounts = { ["ana"] = new AccountOptions { Name = "Ana", EntraObjectId = "6f0c1f2e-0000-4000-8000-00000000a0a0" }, ["ben"] = new AccountOptions { Name = "Ben", SlackUser = "T1/U2" } },
            }),
            process.GetRequiredService<IPeopleStore>(),
            process.GetRequiredService<IAuditTrail>(),
            process.GetRequiredService<TimeProvider>());
        await people.BindAsync("slack:T1/U1", "ana", new Actor("ben", "Ben"), "by an admin in chat", Ct);
        var inTeams = await people.AccountOfAsync(new ChannelUser("msteams:6F0C1F2E-0000-4000-8000-00000000A0A0", "Ana"), Ct);
        var inSlack = await people.AccountOfAsync(new ChannelUser("slack:T1/U1", "Somebody"), Ct);
        var other = await people.AccountOfAsync(new ChannelUser("slack:T1/U2", "Ana"), Ct);
        var change = await engine.PlanAsync(new(Sample.Intent()), Sample.Values, inTeams, Ct);
        await engine.AskAsync(change.Id, new Submit(), inTeams, Ct);

        var own = await engine.AskAsync(change.Id, new Approve(change.Plan.Hash), inSlack, Ct);
        var others = await engine.AskAsync(change.Id, new Approve(change.Plan.Hash), other, Ct);

        Assert.Equal((false, "approver-is-requester"), (own.Accepted, own.Code));
        Assert.True(others.Accepted, others.Sentence);
        Assert.Equal(
            ["ana approve-refused", "ben approved"],
            (await process.GetRequiredService<IAuditTrail>().ListAsync(change.Id, Ct)).Select(a => $"{a.Who} {a.What}").Where(a => a.Contains("approve", StringComparison.Ordinal)));
    }

    private ServiceProvider Process() => AddStorage(new ServiceCollection())
        .AddLogging()
        .AddSingleton<TimeProvider>(new FakeTimeProvider(Sample.Start))
        .AddSingleton<INetworkSystem>(_device)
        .AddSingleton<ISites, OneSite>()
        .AddSingleton<ISecrets, OneSecret>()
        .AddSingleton<ITrunkAcceptance, Good>()
        .AddChanges()
        .BuildServiceProvider();

    private static async Task<Change> ApprovedAsync(IServiceProvider process)
    {
        var engine = process.GetRequiredService<ChangeEngine>();
        var change = await engine.PlanAsync(new(Sample.Intent()), Sample.Values, Sample.Ana, Ct);
        await engine.AskAsync(change.Id, new Submit(), Sample.Ana, Ct);
        return (await engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct)).Change!;
    }

    /// <summary>Two objects to create, on a device that echoes.</summary>
    private sealed class Device : INetworkSystem
    {
        private readonly HashSet<string> _holds = [];

        public string Echo { get; set; } = "ok";

        public bool FailUndo { get; set; }

        public int Drift { get; set; }

        public List<string> Creates { get; } = [];

        public Func<string, Task>? BeforeCreate { get; set; }

        public Action<string>? AfterCreate { get; set; }

        public string Name => "perimeta";

        public string Title => "Perimeta";

        public string ElementOf(SiteProfile site) => site.Perimeta.Element;

        public Task<SystemSnapshot> ReadAsync(TrunkGoal goal, SiteProfile site, CancellationToken cancellationToken)
        {
            var content = string.Join('\n', _holds.Order().Append(Echo));
            return Task.FromResult(new SystemSnapshot(Name, ElementOf(site), Sample.Start, content, $"fingerprint of {_holds.Count + Drift}"));
        }

        public SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot) => new()
        {
            System = Name,
            Title = Title,
            Element = ElementOf(site),
            Fingerprint = snapshot.Fingerprint,
            Objects = [],
            Findings = [],
            Steps = [.. new[] { "one", "two" }.Where(id => !snapshot.Content.Split('\n').Contains(id)).Select(id => new PlannedStep
            {
                Id = id,
                System = Name,
                Element = ElementOf(site),
                Phase = StepPhase.Whitelist,
                Title = $"Create {id}",
                Sends = [$"create {id}"],
                UndoSends = [$"delete {id}"],
                Proof = "it is there",
            })],
        };

        public async Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
        {
            await (BeforeCreate?.Invoke(step.Id) ?? Task.CompletedTask);
            context.Record(new WireExchange(Sample.Start, WireDirection.Sent, $"create {step.Id} {Echo}"));
            Creates.Add(step.Id);
            _holds.Add(step.Id);
            AfterCreate?.Invoke(step.Id);
            context.Record(new WireExchange(Sample.Start, WireDirection.Received, $"created {Uri.EscapeDataString(Echo)}"));
            return StepResult.Done($"It says {Echo}.", new Dictionary<string, string> { ["fact"] = Echo });
        }

        public Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) =>
            Task.FromResult(_holds.Contains(step.Id) ? new StepObservation(StepState.Done, $"Seen {Echo}.") : new StepObservation(StepState.NotBegun, "Not there."));

        public Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
        {
            if (FailUndo)
            {
                return Task.FromResult(StepResult.Failed("refused", $"It says {Echo}.", $"Ask {Echo}."));
            }

            _holds.Remove(step.Id);
            return Task.FromResult(StepResult.Done("Gone."));
        }
    }

    private sealed class OneSite : ISites
    {
        private static readonly SiteProfile Denver = new()
        {
            Name = "denver",
            Title = "Denver",
            Perimeta = new PerimetaSite { Element = "den-sbc-1", Host = "127.0.0.1", KnownHosts = "known_hosts", Password = new SecretReference("denver-perimeta") },
            Metaswitch = new MetaswitchSite { Element = "den-cfs-1", MetaSwitchName = "DEN", Url = new Uri("http://127.0.0.1:8080/") },
            Twilio = new TwilioSite { Element = "twilio-denver", AccountSid = "AC00000000000000000000000000000000", Secret = new SecretReference("denver-twilio") },
            Tests = new SipTestSite(),
            Approval = new ApprovalPolicy { Approvers = ["webchat:ben", "webchat:cem", "ana", "ben"], Channel = "approvals" },
        };

        public IReadOnlyList<SiteProfile> All => [Denver];

        public SiteProfile? Find(string name) => name == "denver" ? Denver : null;
    }

    private sealed class OneSecret : ISecrets
    {
        public string Reveal(SecretReference reference) =>
            reference.Name == "denver-perimeta" ? Marker : throw new SecretNotFoundException(reference);
    }

    private sealed class Good : ITrunkAcceptance
    {
        public Task<AcceptanceReport> RunAsync(TrunkIntent intent, Action<string> progress, CancellationToken cancellationToken) =>
            Task.FromResult(new AcceptanceReport(true, "Heard both ways.", []));
    }
}

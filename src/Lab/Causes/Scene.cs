using TrunkBot.Lab.Control;
using TrunkBot.Lab.MetaView;
using TrunkBot.Lab.Perimeta.Configuration;
using TrunkBot.Lab.Perimeta.Login;
using TrunkBot.Lab.Switch;
using TrunkBot.Lab.Switch.Path;
using TrunkBot.Lab.Twilio;
using TrunkBot.Lab.Twilio.Account;

namespace TrunkBot.Lab.Causes;

/// <summary>One trunk of the lab as a cause of trouble meets it: its objects in the three systems, and hands to change them as people would.</summary>
internal sealed class Scene
{
    private readonly LabContext context;
    private readonly ConfigFile sbc;

    private Scene(LabContext context, string domain)
    {
        (this.context, Domain) = (context, domain);
        sbc = new ConfigFile(context.Options.DataDirectory);
        Adjacencies = [.. context.Sbc!.Read().Adjacencies.Where(a => a.SignalingPeer is { } peer && EdgeNames.TerminationDomain(peer) == domain)];
        Binding = context.CfsStore!.Objects.Bindings.FirstOrDefault(b => b["SIPDomainName"] == domain)?.Name ?? throw Missing("Configured SIP Binding");
        SipTrunk = context.CfsStore.Objects.SipTrunks.FirstOrDefault(t => t.ConfiguredSipBinding == Binding)?.Name ?? throw Missing("SIP trunk");
        if (Adjacencies.Count == 0)
        {
            throw Missing("adjacency");
        }
    }

    /// <summary>The termination domain, <c>{x}.pstn.twilio.com</c>.</summary>
    public string Domain { get; }

    public IReadOnlyList<SbcAdjacency> Adjacencies { get; }

    public SbcAdjacency FirstAdjacency => Adjacencies[0];

    /// <summary>The edge that the first adjacency leads to.</summary>
    public string FirstEdge => EdgeNames.EdgeOf(FirstAdjacency.SignalingPeer!)!;

    public string Binding { get; }

    public string SipTrunk { get; }

    /// <param name="trunk">The customer part of the termination name; empty when the SBC has adjacencies of one trunk only.</param>
    /// <exception cref="LabException">There is no such trunk, or not one only.</exception>
    public static Scene Of(LabContext context, string trunk)
    {
        var domains = context.Sbc!.Read().Adjacencies.Select(a => a.SignalingPeer is { } peer ? EdgeNames.TerminationDomain(peer) : null).OfType<string>().Distinct().ToList();
        var domain = trunk.Length == 0 && domains is [var only] ? only : domains.Find(d => d.StartsWith(trunk + ".", StringComparison.OrdinalIgnoreCase));
        return domain is null
            ? throw new LabException(domains.Count == 0 ? "the SBC has no adjacency that leads to Twilio: set up a trunk first" : $"say which trunk: {string.Join(", ", domains.Select(d => d.Split('.')[0]))}") { Code = "lab-no-such-trunk" }
            : new Scene(context, domain);
    }

    public void Condition(string kind, string text = "") => context.Faults.Add(new Fault(kind, text));

    /// <summary>Types lines into an open mode of the SBC.</summary>
    /// <param name="path">The lines of the modes, outermost first.</param>
    /// <exception cref="LabException">The SBC refused a line.</exception>
    public void Type(IReadOnlyList<string> path, params IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            var edit = sbc.Apply(path, line);
            path = edit.Error is null ? edit.Path : throw new LabException($"the SBC refused \"{line}\": {edit.Error}") { Code = "lab-cause-refused" };
        }
    }

    public void TypeInAdjacency(string name, params IReadOnlyList<string> lines) => Type(AdjacencyMode(name), lines);

    /// <summary>Changes the configuration as text, where the CLI would refuse to.</summary>
    public void Rewrite(Func<string, string> edit) => sbc.Rewrite(edit);

    public static IReadOnlyList<string> AdjacencyMode(string name) => ["sbc", "signaling", $"{Grammar.Adjacency} {name}"];

    public static IReadOnlyList<string> Trusted { get; } = ["system", "ip-access-control", "trusted-sources"];

    /// <summary>The permit-peer lines that let one adjacency's edge in.</summary>
    public IReadOnlyList<string> PermitsOf(SbcAdjacency adjacency)
    {
        var wanted = EdgeNames.Resolve(adjacency.SignalingPeer!);
        return [.. context.Sbc!.Read().Permits.Where(p => wanted.Contains(p.Address)).Select(p => $"permit-peer service-network {p.ServiceNetwork} ipv4 {p.Address}")];
    }

    public void EditBinding(Func<StoredBinding, StoredBinding> edit) => EditCfs(objects => objects.With(edit(objects.Binding(Binding)!)));

    public void SetBindingField(string field, string value) => EditBinding(b => b with { Fields = new Dictionary<string, string>(b.Fields) { [field] = value } });

    public void EditCfs(Func<CfsObjects, CfsObjects> edit) => context.CfsStore!.Change(objects => (edit(objects), true));

    /// <summary>Works on the Twilio account with the trunk at hand.</summary>
    public void EditTwilio(Action<ResourceStore, Resource> edit)
    {
        var store = ((TwilioServer)context.Twilio!).Store;
        store.Alone(() =>
        {
            edit(store, store.All(Kind.Trunk).FirstOrDefault(t => string.Equals(t.Text("domain_name"), Domain, StringComparison.OrdinalIgnoreCase)) ?? throw Missing("trunk at Twilio"));
            return true;
        });
    }

    public void SetTwilio(string kind, string field, System.Text.Json.Nodes.JsonNode value) => EditTwilio((store, trunk) =>
    {
        var resource = kind == Kind.Trunk ? trunk : store.All(kind)[0];
        resource.Fields[field] = value;
        store.Save(resource);
    });

    public SbcDoor Door => context.Door!;

    private LabException Missing(string what) => new($"{Domain} has no {what}: set the trunk up first") { Code = "lab-no-such-trunk" };
}

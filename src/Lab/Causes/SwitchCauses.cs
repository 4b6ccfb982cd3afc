using TrunkBot.Lab.Control;
using TrunkBot.Lab.Switch.Path;

namespace TrunkBot.Lab.Causes;

/// <summary>What goes wrong at the CFS and its MetaView Server.</summary>
internal static class SwitchCauses
{
    private static readonly string[] Edges = ["ashburn", "umatilla", "dublin", "frankfurt", "tokyo", "singapore", "sydney", "sao-paulo"];

    public static IReadOnlyList<Cause> All { get; } =
    [
        new("binding-disabled", "the Configured SIP Binding is taken out of service", s => s.EditBinding(b => b with { RequestedStatus = "Disabled" })),
        new("binding-in-alarm", "OPTIONS of the binding are not answered, for no reason that any configuration shows", s => s.Condition(Conditions.OptionsUnanswered, s.Binding)),
        new("sip-domain-wrong", "the binding's SIP domain name is the domain of no trunk", s => s.SetBindingField("SIPDomainName", "nobody-at-home.pstn.twilio.com")),
        new("contact-wrong", "the binding's contact domain name leads to an edge for which the SBC has no adjacency", s => s.SetBindingField("ContactDomainName", OtherEdge(s))),
        new("proxy-wrong", "the binding's proxy IP address is none of the SBC's", s => s.SetBindingField("ProxyIPAddress", "10.20.0.99")),
        new("e164-off", "\"Use E164 numbers\" of the Remote Media Gateway Model is not ticked", s => s.EditCfs(objects =>
        {
            var name = objects.Binding(s.Binding)!["MediaGatewayModel"];
            return objects with { MediaGatewayModels = [.. objects.MediaGatewayModels.Select(m => m.Name == name ? m with { UseE164Numbers = false } : m)] };
        })),
        new("no-route", "no translation leads anywhere from the numbers of the trunk", s => s.EditCfs(objects => objects with { Translations = [.. objects.Translations.Where(t => t.SipTrunk != s.SipTrunk)] })),
        new("sip-trunk-elsewhere", "the SIP trunk uses another binding", s => s.EditCfs(objects => objects with
        {
            SipTrunks = [.. objects.SipTrunks.Select(t => t.Name == s.SipTrunk ? t with { ConfiguredSipBinding = "NorthernBinding" } : t)],
        })),
        new("options-too-frequent", "the binding polls its peer every 2 s, and Twilio bans it", s => s.SetBindingField("PollingInterval", "2")),
        new("metaview-down", "the MetaView Server does not answer", s => s.Condition(Conditions.MetaViewDown)),
        new("metaview-no-rights", "the bot's user has no rights on the MetaView Server any more", s => s.Condition(Conditions.NoRights)),
        new("sequence-conflict", "somebody else writes the binding all the time", s => s.Condition(Conditions.OtherClientWrites, s.Binding)),
    ];

    private static string OtherEdge(Scene scene)
    {
        var taken = scene.Adjacencies.Select(a => EdgeNames.EdgeOf(a.SignalingPeer!)).ToList();
        var free = Edges.FirstOrDefault(edge => !taken.Contains(edge)) ?? throw new LabException("the trunk has adjacencies for every edge") { Code = "lab-cause-refused" };
        return scene.Domain.Replace(".pstn.", $".pstn.{free}.", StringComparison.Ordinal);
    }
}

using TrunkBot.Changes.Life;
using TrunkBot.Trunks;

namespace TrunkBot.Metaswitch.Bindings;

/// <summary>
/// Work that people did in MetaView Explorer and confirmed when the bot provisioned the trunk. Nothing on the switch reads it back:
/// the bot's own record of the trunk is all that is known of it.
/// </summary>
internal sealed record ConfirmedWork(string MediaGatewayModel, string SipTrunkName, string? TrunkGroup, string TestNumber)
{
    /// <summary>null when the record is of another binding or another site, which says nothing about this one.</summary>
    public static ConfirmedWork? Of(ManagedTrunk? trunk, TrunkIntent intent) =>
        trunk?.Intent is { } was && was.Site == intent.Site && was.BindingName == intent.BindingName
            ? new(was.MediaGatewayModel, was.SipTrunkName, was.TrunkGroup, was.TestNumber)
            : null;
}

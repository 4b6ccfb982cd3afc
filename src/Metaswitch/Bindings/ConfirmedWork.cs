using System.Text.Json.Serialization;
using TrunkBot.Changes.Life;
using TrunkBot.Trunks;

namespace TrunkBot.Metaswitch.Bindings;

/// <summary>
/// Work that people did in MetaView Explorer and confirmed when the bot provisioned the trunk. Nothing on the switch reads it back:
/// the bot's own record of the trunk is all that is known of it.
/// </summary>
internal sealed record ConfirmedWork(string MediaGatewayModel, string SipTrunkName, string? TrunkGroup, string TestNumber)
{
    public const string ModelWork = "rmgm";
    public const string EnableWork = "binding-enable";
    public const string SipTrunkWork = "sip-trunk";
    public const string TranslationsWork = "translations";

    private static readonly string[] Never = [ModelWork, SipTrunkWork, TranslationsWork];

    /// <summary>Pieces of work of an adopted trunk that nobody has confirmed since; null when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Unconfirmed { get; init; }

    /// <summary>
    /// Whether somebody told the bot of that piece of work. Of a trunk that the bot provisioned, all of it was confirmed before it came under management;
    /// one that was adopted was built before.
    /// </summary>
    public bool Has(string work) => Unconfirmed?.Contains(work) != true;

    /// <summary>
    /// The fact of a trunk that a piece of work was there before the bot and was never confirmed to it; taken back, by an empty value, when somebody confirms it.
    /// </summary>
    public static string UnconfirmedFact(string work) => $"metaswitch.{work}.unconfirmed";

    /// <summary>null when nobody confirmed anything, or the record is of another binding or another site, which says nothing about this one.</summary>
    public static ConfirmedWork? Of(ManagedTrunk? trunk, TrunkIntent intent)
    {
        if (trunk?.Intent is not { } was || was.Site != intent.Site || was.BindingName != intent.BindingName)
        {
            return null;
        }

        List<string> open = [.. new[] { ModelWork, EnableWork, SipTrunkWork, TranslationsWork }.Where(work => trunk.Owned.Has(UnconfirmedFact(work)))];
        return Never.All(open.Contains)
            ? null
            : new(was.MediaGatewayModel, was.SipTrunkName, was.TrunkGroup, was.TestNumber) { Unconfirmed = open.Count == 0 ? null : open };
    }
}

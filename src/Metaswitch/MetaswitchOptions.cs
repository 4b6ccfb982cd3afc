using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using TrunkBot.Metaswitch.Bindings;

namespace TrunkBot.Metaswitch;

/// <summary>How the Sh interface is spoken and how a binding is spelt. Section <c>Metaswitch</c> of the settings.</summary>
public sealed class MetaswitchOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Metaswitch";

    /// <summary>Seconds to wait for an answer.</summary>
    [Range(1, 600)]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Milliseconds between two requests to the same MetaView Server; one request runs at a time.</summary>
    [Range(0, 60_000)]
    public int RequestPauseMilliseconds { get; set; } = 200;

    /// <summary>How often a pull that got no answer is sent again. Updates never are.</summary>
    [Range(0, 10)]
    public int PullRetries { get; set; } = 2;

    /// <summary>Result codes that mean "the sequence number is stale" (3GPP Sh: 5105; use of it here is not published).</summary>
    public IReadOnlyList<int> StaleSequenceCodes { get; set; } = [5105];

    /// <summary>Result codes that mean "the user may not do this" (3GPP TS 29.329 section 6.2: 5101 operation not allowed, 5102 can't be read, 5103 can't be modified; use of them here is not published).</summary>
    public IReadOnlyList<int> NoRightsCodes { get; set; } = [5101, 5102, 5103];

    /// <summary>What a site has learnt about result codes: code to text. Codes are shown as they come where this says nothing.</summary>
    public IReadOnlyDictionary<int, string> ResultTexts { get; set; } = new Dictionary<int, string>();

    /// <summary>How this switch spells a binding.</summary>
    [Required]
    [ValidateObjectMembers]
    public BindingMapping Binding { get; set; } = new();
}

using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Metaswitch.Bindings;

/// <summary>
/// Spellings of a Configured SIP Binding that are not published for every switch version, with the defaults that the published
/// clients and the seed article suggest.
/// </summary>
public sealed class BindingMapping
{
    /// <summary>Whether <c>NetworkElementName</c> and <c>MetaSwitchName</c> are sent.</summary>
    public bool SendSwitchName { get; set; } = true;

    [Required]
    public string Usage { get; set; } = "Trunk";

    [Required]
    public string ContactAddressScheme { get; set; } = "Domain name A/AAAA lookup";

    /// <summary>Transport between the CFS and the Perimeta's core side; that towards Twilio is the Perimeta's affair.</summary>
    [Required]
    public string CoreTransport { get; set; } = "UDP";

    /// <summary>Trunk capacity; null: not sent, the switch's own default holds.</summary>
    [Range(1, int.MaxValue)]
    public int? MaximumCallAppearances { get; set; }

    /// <summary>Value of RequestedStatus that takes a binding into service.</summary>
    [Required]
    public string Enabled { get; set; } = "Enabled";

    /// <summary>Value of RequestedStatus that takes a binding out of service.</summary>
    [Required]
    public string Disabled { get; set; } = "Disabled";

    /// <summary>Values of RequestedStatus that count as in service when read.</summary>
    public IReadOnlyList<string> InService { get; set; } = ["Enabled", "Active"];

    /// <summary>Elements that are written as UseDefault and Value.</summary>
    public IReadOnlyList<string> InheritingFields { get; set; } = [];

    /// <summary>Further elements of this switch version, each with its place.</summary>
    public IReadOnlyList<ExtraBindingField> ExtraFields { get; set; } = [];
}

/// <summary>An element that only some switch versions have.</summary>
public sealed class ExtraBindingField
{
    [Required]
    public string Element { get; set; } = "";

    [Required]
    public string Value { get; set; } = "";

    /// <summary>The element that it follows; null: the end.</summary>
    public string? After { get; set; }
}

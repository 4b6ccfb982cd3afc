using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace TrunkBot.Metaswitch.Bindings;

/// <summary>
/// Spellings of a Configured SIP Binding that are not published for every switch version, with the defaults that the published
/// clients and the seed article suggest.
/// </summary>
public sealed class BindingMapping
{
    /// <summary>Whether <c>NetworkElementName</c> and <c>MetaSwitchName</c> are sent.</summary>
    public bool SendSwitchName { get; set; } = true;

    /// <summary>Label of a binding that serves a trunk.</summary>
    [Required]
    public string Usage { get; set; } = "Trunk";

    /// <summary>Label of the look-up that Twilio's changing addresses need (seed article).</summary>
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
    [ElementNames]
    public IReadOnlyList<string> InheritingFields { get; set; } = [];

    /// <summary>Further elements of this switch version, each with its place.</summary>
    [ValidateEnumeratedItems]
    public IReadOnlyList<ExtraBindingField> ExtraFields { get; set; } = [];

    /// <summary>Whether a value of RequestedStatus that was read means "in service".</summary>
    public bool IsInService(string? requestedStatus) =>
        requestedStatus is not null && (BindingFields.SameValue(requestedStatus, Enabled) || InService.Any(s => BindingFields.SameValue(s, requestedStatus)));
}

/// <summary>An element that only some switch versions have.</summary>
public sealed class ExtraBindingField
{
    /// <summary>What XML takes as a name without a prefix; only ASCII, as every published element is.</summary>
    internal const string NamePattern = "^[A-Za-z_][A-Za-z0-9_.-]*$";

    /// <summary>Its name, without a prefix.</summary>
    [Required]
    [RegularExpression(NamePattern, ErrorMessage = "The element name is not one that XML takes.")]
    public string Element { get; set; } = "";

    /// <summary>Its text, on one line.</summary>
    [Required]
    [RegularExpression(@"^\P{Cc}*$", ErrorMessage = "The value holds a control character.")]
    public string Value { get; set; } = "";

    /// <summary>The element that it follows; null: the end.</summary>
    [RegularExpression(NamePattern, ErrorMessage = "The name of the element before it is not one that XML takes.")]
    public string? After { get; set; }
}

/// <summary>Every item is a name that XML takes.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ElementNamesAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) =>
        value is not IEnumerable<string> names || names.All(n => System.Text.RegularExpressions.Regex.IsMatch(n, ExtraBindingField.NamePattern));

    public override string FormatErrorMessage(string name) => $"{name} holds something that is no element name.";
}

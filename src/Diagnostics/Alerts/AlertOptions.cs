using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Diagnostics.Alerts;

/// <summary>Which trunk an alert is about, and how often it is looked at. Section <c>Alerts</c>.</summary>
public sealed class AlertOptions
{
    /// <summary>Section name in the settings.</summary>
    public const string Section = "Alerts";

    /// <summary>Tried in order, before the two rules that always hold: the label <c>trunk</c>, and a trunk's name as a word in the title or a label.</summary>
    public IList<AlertRule> Rules { get; set; } = [];

    /// <summary>Least time between two diagnoses of one trunk that nobody asked for.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan DiagnoseEvery { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>An alert that fires again so soon after it was resolved goes on in its card; later it gets a new one.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan SameCardFor { get; set; } = TimeSpan.FromHours(4);
}

/// <summary>What the value that a rule finds is.</summary>
public enum AlertRuleFinds
{
    /// <summary>A trunk's name.</summary>
    Name,

    /// <summary>Termination URI or host, such as <c>acme.pstn.us2.twilio.com</c>, with or without <c>sip:</c> and port, or its first label alone.</summary>
    Termination,

    /// <summary>Name of a Twilio edge, such as <c>ashburn</c> or <c>us1</c>: only of use where one trunk uses it.</summary>
    Edge,

    /// <summary>Service-address label on the Perimeta.</summary>
    ServiceAddress,

    /// <summary>Name of an adjacency on the Perimeta.</summary>
    Adjacency,

    /// <summary>Name of a configured SIP binding on the switch.</summary>
    Binding,
}

/// <summary>One rule: of that source, if that field equals or matches, the trunk is the one named, or the one that the value found leads to.</summary>
public sealed class AlertRule
{
    /// <summary>Name of a source; empty for all, and for texts that people ask about.</summary>
    public string Source { get; set; } = "";

    /// <summary>A label, or <c>title</c>, <c>description</c>, <c>severity</c>, or <c>text</c> for title, description and all labels.</summary>
    public string Field { get; set; } = "";

    /// <summary>The whole value, case ignored; empty where <see cref="Pattern"/> is used.</summary>
    public string EqualTo { get; set; } = "";

    /// <summary>Regular expression of .NET. Its group <c>trunk</c>, else its first group, else all that it matches is the value found.</summary>
    public string Pattern { get; set; } = "";

    /// <summary>What the value found is.</summary>
    public AlertRuleFinds Finds { get; set; }

    /// <summary>Name of the trunk, whatever the value is; empty for the one that the value leads to.</summary>
    public string Trunk { get; set; } = "";
}

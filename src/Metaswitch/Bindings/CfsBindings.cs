using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Shadow;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Bindings;

/// <summary>Reads one binding of a site by its name, all groups, without changing anything: for the command line and before plans.</summary>
public sealed class CfsBindings(ShClient client, ShadowDatabase shadow, IOptions<MetaswitchOptions> options)
{
    /// <summary>The binding as it is now; null when the switch has none of that name.</summary>
    /// <exception cref="SystemFailureException">
    /// It could not be read: <c>cfs-unreachable</c>, <c>cfs-certificate-refused</c>, <c>cfs-no-answer</c>, <c>cfs-login-refused</c>, <c>cfs-fault</c>,
    /// <c>cfs-refused</c>, <c>cfs-name-invalid</c>, <c>cfs-identity-template</c>, <c>secret-not-configured</c>.
    /// </exception>
    public Task<BindingReading?> ReadAsync(SiteProfile site, string binding, CancellationToken cancellationToken) =>
        ReadAsync(site, binding, () => TrunksAsync(site.Metaswitch, binding, cancellationToken), cancellationToken);

    /// <summary>The same where the shadow database was read already, or is not there.</summary>
    /// <exception cref="SystemFailureException">It could not be read, for the same reasons.</exception>
    internal Task<BindingReading?> ReadAsync(SiteProfile site, string binding, ShadowInventory? inventory, CancellationToken cancellationToken) =>
        ReadAsync(site, binding, () => Task.FromResult(inventory is null ? null : TrunksOf(inventory, binding)), cancellationToken);

    private async Task<BindingReading?> ReadAsync(SiteProfile site, string binding, Func<Task<IReadOnlyList<string>?>> trunks, CancellationToken cancellationToken)
    {
        if (BindingLints.Name("binding", binding) is { } wrong)
        {
            throw new SystemFailureException(wrong.Code, wrong.Sentence, wrong.Fix!);
        }

        var reader = new BindingReader(client, options.Value, binding, site.Metaswitch, null);
        if (await reader.BaseAsync(cancellationToken) is not { } found)
        {
            return null;
        }

        var known = BindingFields.Writable(options.Value.Binding);
        return new()
        {
            Site = site.Name,
            Element = site.Metaswitch.Element,
            Binding = binding,
            SequenceNumber = found.SequenceNumber,
            Fields = [.. found.Fields.Select(f => new ReadField(f.Name, BindingFields.LabelOf(f.Name), f.Value, f.UsesDefault, known.Contains(f.Name)))],
            Status = await GroupAsync(reader.StatusAsync, "statusGroupProven", site.Metaswitch.StatusGroupProven, cancellationToken),
            Alarms = await GroupAsync(reader.AlarmsAsync, "alarmsGroupProven", site.Metaswitch.AlarmsGroupProven, cancellationToken),
            SipTrunks = await trunks(),
        };
    }

    /// <summary>The database is extra: without it the binding is read all the same.</summary>
    private async Task<IReadOnlyList<string>?> TrunksAsync(MetaswitchSite site, string binding, CancellationToken cancellationToken)
    {
        if (site.Shadow is null)
        {
            return null;
        }

        try
        {
            return TrunksOf(await shadow.ReadAsync(site, cancellationToken), binding);
        }
        catch (SystemFailureException)
        {
            return null;
        }
    }

    private static IReadOnlyList<string>? TrunksOf(ShadowInventory inventory, string binding) =>
        inventory.KnowsTrunks ? [.. inventory.TrunksOf(binding).Select(t => t.Name ?? "(no name)").Order(StringComparer.Ordinal)] : null;

    private static async Task<GroupReading> GroupAsync(
        Func<CancellationToken, Task<ShObject?>> read, string setting, bool believed, CancellationToken cancellationToken)
    {
        ShObject? group;
        try
        {
            group = await read(cancellationToken);
        }
        catch (SystemFailureException e) when (e.Code == BindingReader.StatusGroupMissing)
        {
            return new(GroupState.Refused, null, [], PlainText.OneLine(e.Message), believed ? $"set {setting} to false in the site profile" : null);
        }

        if (group is null)
        {
            return new(GroupState.NotReturned, null, [], "the switch returns no such group", believed ? $"set {setting} to false in the site profile" : null);
        }

        return new(
            GroupState.Answers,
            group.SequenceNumber,
            [.. group.Fields.Select(f => new ReadField(f.Name, BindingFields.LabelOf(f.Name), f.Value, f.UsesDefault, true))],
            "a pull works on this switch",
            believed ? null : $"set {setting} to true in the site profile");
    }
}

/// <summary>A binding as it was read. Values come from the switch: show them as such.</summary>
public sealed record BindingReading
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public required string Site { get; init; }

    public required string Element { get; init; }

    public required string Binding { get; init; }

    /// <summary>That of the base group, 0 to 65535; an update sends the next one.</summary>
    public required int SequenceNumber { get; init; }

    /// <summary>In the order in which they came; passwords are blanked.</summary>
    public required IReadOnlyList<ReadField> Fields { get; init; }

    public required GroupReading Status { get; init; }

    public required GroupReading Alarms { get; init; }

    /// <summary>The SIP trunks that name the binding, as the shadow database shows them; null when that is not available.</summary>
    public IReadOnlyList<string>? SipTrunks { get; init; }

    /// <summary>Indented JSON with stable names; members are only ever added.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>For people: a field a line, control characters of the switch's values taken out.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        Line($"Configured SIP Binding {Binding} on {Element} (site {Site}), sequence number {SequenceNumber}");
        Add(Fields);
        Group("Status", Status);
        Group("Alarms", Alarms);
        Line($"SIP trunks that use it: {SipTrunks switch { null => "not available (metaswitch.shadow)", { Count: 0 } => "none", var trunks => string.Join(", ", trunks) }}");
        return text.ToString();

        void Group(string title, GroupReading group)
        {
            Line($"{title}: {group.Sentence}{(group.SequenceNumber is { } number ? $", sequence number {number}" : "")}{(group.Fix is { } fix ? $"; {fix}" : "")}");
            Add(group.Fields);
        }

        void Add(IReadOnlyList<ReadField> fields)
        {
            var width = fields.Select(f => f.Label.Length).DefaultIfEmpty().Max();
            foreach (var field in fields)
            {
                Line($"  {field.Label.PadRight(width)}  {PlainText.OneLine(field.Value)}{(field.UsesDefault ? " (the default)" : "")}{(field.IsKnown ? "" : "  (not known to this program)")}");
            }
        }

        void Line(string line) => text.Append(line).Append('\n');
    }
}

/// <param name="Element">Its name on the wire.</param>
/// <param name="Label">Its name in MetaView Explorer.</param>
/// <param name="UsesDefault">The default of the switch counts.</param>
/// <param name="IsKnown">Whether this program can write it.</param>
public sealed record ReadField(string Element, string Label, string Value, bool UsesDefault, bool IsKnown);

/// <summary>Whether a group of a binding answers on this switch: a capability is unproven until a harmless pull proves it.</summary>
public enum GroupState
{
    Answers,
    NotReturned,
    Refused,
}

/// <param name="Sentence">What the pull showed.</param>
/// <param name="Fix">Which setting of the site profile does not agree with it; null when it does.</param>
public sealed record GroupReading(GroupState State, int? SequenceNumber, IReadOnlyList<ReadField> Fields, string Sentence, string? Fix);

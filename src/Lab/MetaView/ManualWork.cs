using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.MetaView;

/// <summary>Why a piece of manual work was refused: a stable code and a sentence with the fix. Null results mean done.</summary>
internal sealed record WorkRefusal(string Code, string Message);

/// <summary>
/// What a person does in MetaView Explorer because the Sh interface cannot: remote media gateway models, SIP trunks, translations.
/// References are checked both ways, as far as the lab knows them (invented).
/// </summary>
internal sealed class ManualWork(CfsStore store)
{
    private const int LongestName = 64;

    public WorkRefusal? SetModel(string name, bool useE164Numbers) => Named(name) ?? store.Change<WorkRefusal?>(objects =>
        (objects with { MediaGatewayModels = [.. objects.MediaGatewayModels.Where(model => model.Name != name), new CfsMediaGatewayModel(name, useE164Numbers)] }, null));

    public WorkRefusal? RemoveModel(string name) => store.Change<WorkRefusal?>(objects =>
        objects.MediaGatewayModels.All(model => model.Name != name) ? (objects, Absent("remote media gateway model", name))
        : objects.Bindings.FirstOrDefault(binding => binding["MediaGatewayModel"] == name) is { } user ? (objects, InUse(name, $"binding {user.Name}"))
        : (objects with { MediaGatewayModels = [.. objects.MediaGatewayModels.Where(model => model.Name != name)] }, null));

    public WorkRefusal? SetTrunk(string name, string binding, bool enabled) => Named(name) ?? store.Change<WorkRefusal?>(objects =>
        objects.Binding(binding) is null
            ? (objects, Absent("configured SIP binding", binding))
            : (objects with { SipTrunks = [.. objects.SipTrunks.Where(trunk => trunk.Name != name), new CfsSipTrunk(name, binding, enabled)] }, null));

    public WorkRefusal? RemoveTrunk(string name) => store.Change<WorkRefusal?>(objects =>
        objects.SipTrunks.All(trunk => trunk.Name != name) ? (objects, Absent("SIP trunk", name))
        : objects.Translations.FirstOrDefault(entry => entry.SipTrunk == name) is { } user ? (objects, InUse(name, $"translation table {user.Table}"))
        : (objects with { SipTrunks = [.. objects.SipTrunks.Where(trunk => trunk.Name != name)] }, null));

    public WorkRefusal? SetTranslation(string table, string dialedNumber, string sipTrunk) => Named(table) ?? Dialed(dialedNumber) ?? store.Change<WorkRefusal?>(objects =>
        objects.SipTrunks.All(trunk => trunk.Name != sipTrunk)
            ? (objects, Absent("SIP trunk", sipTrunk))
            : (objects with { Translations = [.. objects.Translations.Where(entry => !Is(entry, table, dialedNumber)), new CfsTranslation(table, dialedNumber, sipTrunk)] }, null));

    public WorkRefusal? RemoveTranslation(string table, string dialedNumber) => store.Change<WorkRefusal?>(objects =>
        objects.Translations.Any(entry => Is(entry, table, dialedNumber))
            ? (objects with { Translations = [.. objects.Translations.Where(entry => !Is(entry, table, dialedNumber))] }, null)
            : (objects, Absent("translation", $"{table} {dialedNumber}")));

    private static bool Is(CfsTranslation entry, string table, string dialedNumber) => entry.Table == table && entry.DialedNumber == dialedNumber;

    private static WorkRefusal? Named(string name) => name.Length is > 0 and <= LongestName && !name.Any(char.IsControl) && name.Trim() == name
        ? null
        : new WorkRefusal("lab-bad-name", $"Give a name of 1 to {LongestName} characters without blanks at its ends.");

    private static WorkRefusal? Dialed(string number) => number.Length is > 0 and <= 32 && number.All(letter => char.IsAsciiDigit(letter) || letter is '+' or '*' or '#')
        ? null
        : new WorkRefusal("lab-bad-number", "Give the dialed number as digits, with +, * and # if need be.");

    private static WorkRefusal Absent(string kind, string name) => new("lab-no-such-object", $"There is no {kind} {name}: check the spelling.");

    private static WorkRefusal InUse(string name, string user) => new("lab-object-in-use", $"{name} is used by {user}: remove that first.");
}

using System.Globalization;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Metaswitch.Sh;

/// <summary>An answer that is not what was hoped for, said to people: stable code, sentence, fix.</summary>
internal sealed record ShTrouble(string Code, Sentence Sentence, Sentence Fix, bool OutcomeKnown)
{
    /// <param name="doing">What was tried, such as "create binding TwilioBinding".</param>
    public static ShTrouble Of(ShAnswer answer, Sentence doing, MetaswitchOptions options) => answer.Outcome switch
    {
        ShOutcome.Refused when answer.SubResults.Any(s => s.Field == "MediaGatewayModel") => new(
            "rmgm-missing",
            $"The CFS refused to {doing}: {Complaints(answer, options)}.",
            "Create the Remote Media Gateway Model, or correct its name, then retry.",
            true),
        ShOutcome.Refused => new(
            "cfs-refused",
            $"The CFS refused to {doing}: {Complaints(answer, options)}.",
            "Correct the field named, then make a new plan. Nothing was changed.",
            true),
        ShOutcome.NoRights => new(
            "cfs-no-rights",
            $"The MetaView Server does not let the bot's user {doing} ({answer.ResultCode}).",
            "Give the user rights to read and write Configured SIP Bindings. Nothing was changed.",
            true),
        ShOutcome.StaleSequence => new(
            "cfs-sequence-stale",
            $"The CFS refused to {doing}: somebody else wrote the object since it was read ({answer.ResultCode}).",
            "Make a new plan and look at what changed. Nothing was changed.",
            true),
        ShOutcome.Absent => new(
            "cfs-object-absent",
            $"The CFS could not {doing}: the object does not exist ({answer.ResultCode}).",
            "Make a new plan.",
            true),
        ShOutcome.Fault when answer.HttpStatus is 401 or 403 => new(
            "cfs-login-refused",
            $"The MetaView Server refused the login while trying to {doing} (HTTP {answer.HttpStatus}).",
            "Check user and password of the site's Metaswitch section.",
            true),
        ShOutcome.Fault => new(
            "cfs-fault",
            $"The MetaView Server answered with an error while trying to {doing}: {Words(answer)}.",
            "Check endpoint, variant and client version of the site's Metaswitch section.",
            true),
        ShOutcome.CertificateRefused => new(
            "cfs-certificate-refused",
            $"The MetaView Server's certificate was not accepted, so nothing was sent to {doing}: {answer.Detail}.",
            "Ask who runs the server whether the key is right; then set metaswitch.tls.caFile or metaswitch.tls.pins in the site profile.",
            true),
        ShOutcome.Unreachable => new(
            "cfs-unreachable",
            $"The MetaView Server can't be connected to, so nothing was sent to {doing}: {Words(answer)}.",
            "Check address, port and the way there.",
            true),
        _ => new(
            "cfs-no-answer",
            $"No usable answer came while trying to {doing}: {Words(answer)}.",
            "Look whether it was done before anything is sent again.",
            false),
    };

    public StepResult ToResult() => StepResult.Failed(Code, Sentence, Fix, OutcomeKnown);

    public SystemFailureException ToException() => new(Code, Sentence, Fix);

    private static string Complaints(ShAnswer answer, MetaswitchOptions options)
    {
        List<string> parts = [Coded(answer.ResultCode, "", options)];
        if (answer.ExtendedResultCode is not null || answer.Detail.Length > 0)
        {
            parts.Add(Coded(answer.ExtendedResultCode, answer.Detail, options));
        }

        parts.AddRange(answer.SubResults.Select(s =>
            (s.Field is null ? "" : $"{BindingFields.Explained(s.Field)}: ") + Coded(s.Code, s.Detail, options)));
        return string.Join("; ", parts);
    }

    private static string Coded(int? code, string detail, MetaswitchOptions options)
    {
        var words = code is { } number && options.ResultTexts.TryGetValue(number, out var known) ? known : detail;
        return string.Join(' ', new[] { code?.ToString(CultureInfo.InvariantCulture) ?? "", words }.Where(p => p.Length > 0));
    }

    private static string Words(ShAnswer answer) =>
        answer.Detail.Length > 0 ? answer.Detail : $"HTTP {answer.HttpStatus}";
}

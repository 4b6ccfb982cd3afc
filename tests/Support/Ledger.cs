using System.Text.Json;
using System.Text.RegularExpressions;
using TrunkBot.Lab;
using TrunkBot.Lab.MetaView;
using TrunkBot.Lab.Twilio;
using TrunkBot.Lab.Twilio.Control;

namespace TrunkBot.Tests.Support;

/// <summary>One line that the SBC got in a configuration mode.</summary>
internal sealed record CliLine(string Line, string Outcome);

/// <summary>
/// What arrived at the lab's systems that was to change something, by their own records: of these, and not of what the bot says that it sent, it is told what
/// came twice.
/// </summary>
internal sealed partial record Ledger(IReadOnlyList<LoggedRequest> Twilio, IReadOnlyList<LoggedUpdate> Cfs, IReadOnlyList<CliLine> Sbc)
{
    /// <param name="data">The lab's data folder.</param>
    public static Ledger Read(LabHost lab, string data) => new(
        [.. ((TwilioServer)lab.Context.Twilio!).Requests.Where(r => r.Method != "GET")],
        lab.Context.MetaViewLog!.Updates,
        SbcLines(Path.Combine(data, "perimeta", "session.log")));

    /// <summary>What came after an earlier look.</summary>
    public Ledger Since(Ledger earlier) => new([.. Twilio.Skip(earlier.Twilio.Count)], [.. Cfs.Skip(earlier.Cfs.Count)], [.. Sbc.Skip(earlier.Sbc.Count)]);

    /// <summary>
    /// Everything that may be sent once only and came more often, or that came where it had no place any more: a create of what was created, a deletion of what was
    /// deleted, an update with a used sequence number, a line that the SBC refused. Empty for one change that was carried out once.
    /// </summary>
    public IReadOnlyList<string> Doubled() =>
    [
        .. Repeated(Twilio.Where(r => r.Status is >= 200 and < 300 or null).Select(Told)),
        .. Twilio.Where(r => r.Status is >= 400 and not 429 and < 500).Select(r => $"Twilio refused {Told(r)} with {r.Status}"),
        .. Repeated(Cfs.Where(u => u.Operation is "create" or "delete").Select(u => $"{u.Operation} {u.Identity}")),
        .. Cfs.Where(u => u.ResultCode != "2001").Select(u => $"the switch refused {u.Operation} {u.Identity} with {u.ResultCode}"),
        .. Sbc.Where(l => l.Outcome == "Refused").Select(l => $"the SBC refused {l.Line}"),
    ];

    /// <summary>Creations and deletions that were accepted, without SIDs, in ordinal order: the same for two runs that came to the same end the same way.</summary>
    public IReadOnlyList<string> Once() =>
    [
        .. Twilio.Where(r => r.Status is >= 200 and < 300).Select(r => Sid().Replace(Told(r), "SID")).Order(StringComparer.Ordinal),
        .. Cfs.Where(u => u.Operation is "create" or "delete").Select(u => $"{u.Operation} {u.Identity}").Order(StringComparer.Ordinal),
    ];

    private static string Told(LoggedRequest request) => $"{request.Method} {request.Path} {string.Join('&', request.Form.Select(f => $"{f.Key}={f.Value}"))}".TrimEnd();

    private static IEnumerable<string> Repeated(IEnumerable<string> told) => told.GroupBy(t => t, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"{g.Count()} times {g.Key}");

    private static IReadOnlyList<CliLine> SbcLines(string path) => !File.Exists(path) ? [] :
    [
        .. File.ReadLines(path).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(e => e.GetProperty("mode").GetString()!.StartsWith("config", StringComparison.Ordinal))
            .Select(e => new CliLine(e.GetProperty("line").GetString()!, e.GetProperty("outcome").GetString()!)),
    ];

    [GeneratedRegex("(TK|AL|IP|CL|CR|OU|PN)[0-9a-f]{32}")]
    private static partial Regex Sid();
}

using System.Text.RegularExpressions;
using TrunkBot.Diagnostics.Findings;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Architecture.Tests;

/// <summary>
/// Holds that <c>docs/findings.md</c> has one line for every code in the sources and for nothing else. A code is a literal of words joined by
/// hyphens, alone, before a colon, or in brackets in a sentence. What looks like one and is none must be known here as another kind of word, so
/// that no new code goes by unseen.
/// </summary>
public sealed partial class FindingsTests
{
    /// <summary>Words of protocols, of devices and of the audit trail, which no user meets as a code.</summary>
    private static readonly string[] OtherWords =
    [
        "add-upgrade", "no-cache", "no-referrer", "no-store", "same-origin", // HTTP and the Activity protocol
        "token-malformed", "token-refused", "key-unknown", "service-url", "service-url-claim", // why a caller was refused: for log and metric
        "no-signing-secret", "signature-malformed", "timestamp-malformed", "too-large", "workspace-missing", "slack-response-url", // the same of Slack
        "form-open", "form-buttons", "diagnose-from", // verbs and blocks of forms in channels that have dialogs
        "ssh-rsa", "metaswitch-sh", "sbc-session", // names of algorithms, clients, threads
        "call-policy-set", "dynamic-peer-routing", "prefix-len", "preset-access", "preset-peering", "signaling-address", "trunk-group", "outbound-profile", // the SBC's, beside those of the keyword table
        "rcvr-rtt", "stat-summary", "voip-metrics", // what a=rtcp-xr asks for
        "do-not-record", "do-not-trim", // recording of a trunk at Twilio
        "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-256", "rsa-sha2-512", "ssh-ed25519", // an SSH login's
        "on-call", "one-way", "two-way", // said to people
        "manual-step-confirmed", "manual-step-problem", "drift-taken", "step-done", "step-undone", "undo-asked", "undo-began", "undo-paused", "undo-step-failed", "went-on", "user-bound", "user-unbound", // audit
        "test-calls-scheduled", "test-calls-unscheduled", "scheduled-test-call-left-out", // audit
        "scheduled-tests", // a source of alerts
        "no-secret", "no-login", "no-signature", "no-timestamp", "source-unknown", // why a webhook was refused: for log and metric
        "binding-enable", // a piece of manual work in site profiles
        "alert-open", "alert-silence-1h", "alert-silence-4h", // verbs of buttons
        "fleet-planned", "fleet-submitted", "fleet-approved", "fleet-approve-refused", "fleet-resumed", "fleet-undo-asked", // audit
        "apply-asked", "confirm-expired", "confirmation-awaited", "dry-run", "pause-asked", "start-missed", "start-set", "start-stopped", "step-asked", "step-skipped", // audit
        "set-up", "glass-told", "review-told", "not-before", "not-after", "glass-broken", "glass-reviewed", "review-reminded", "break-glass", // kinds of change, notes, parameters and audit of approvals
        "ticket-opened", "ticket-closed", "ticket-left", "chain-began", "audit-cut", "audit-exported", "test-call-started", "test-call-ended", "diagnosis-started", "trunk-exported", // audit
        "trunking-originating", "outbound-api", "no-answer", // legs of a call at Twilio and how they end
        "command-line", // where a test call came from, in the audit
        "audit-trail", // id of the alert
        "trunkbot-audit-1", "trunkbot-decision-1", "trunkbot-exchange-1", "trunkbot-outcome-1", "trunkbot-ticket-1", // formats of what is hashed
        "alert-acknowledged", "alert-silenced", "alert-unsilenced", "place-cleared", "place-set", // audit
    ];

    [Fact]
    public void Every_code_in_the_sources_has_its_line()
    {
        var lines = Documented().ToHashSet(StringComparer.Ordinal);
        var others = OtherWords.Concat(TrunkParameters.All.Select(p => p.Key)).Concat(DeviceWords()).Concat(CardsAndVerbs()).ToHashSet(StringComparer.Ordinal);

        var missing = Literals("Lab")
            .Where(l => !lines.Contains(l.Code) && !others.Contains(l.Code))
            .Select(l => $"{l.Code} ({l.File})")
            .Distinct();

        Assert.True(!missing.Any(), $"docs/findings.md lacks a line for these codes (or FindingsTests.OtherWords does not know them as other words):{Environment.NewLine}{string.Join(Environment.NewLine, missing)}");
    }

    [Fact]
    public void No_line_is_of_a_code_that_is_gone()
    {
        var used = Literals().Select(l => l.Code).ToHashSet(StringComparer.Ordinal);

        var stale = Documented().Where(c => !used.Contains(c));

        Assert.True(!stale.Any(), $"docs/findings.md has lines for codes that no source holds any more:{Environment.NewLine}{string.Join(Environment.NewLine, stale)}");
    }

    [Fact]
    public void Every_code_has_one_line_with_meaning_cause_and_fix()
    {
        var rows = Rows().ToList();

        Assert.Empty(rows.GroupBy(r => r[0]).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(rows, r => Assert.True(r.Length == 4 && r[1].Length > 0 && r[3].Length > 0, $"{r[0]} needs meaning, cause and fix"));
    }

    /// <summary>Regenerate the table with <c>trunkbot findings --markdown</c>.</summary>
    [Fact]
    public void The_table_of_the_diagnosis_is_the_catalogue()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "findings.md"));
        var from = text.IndexOf("<!-- findings.json -->\n", StringComparison.Ordinal) + "<!-- findings.json -->\n".Length;

        Assert.Equal(FindingCatalogue.ToMarkdown(), text[from..text.IndexOf("<!-- end -->", StringComparison.Ordinal)]);
    }

    private static IEnumerable<string> Documented() => Rows().Select(r => r[0]);

    private static IEnumerable<string[]> Rows() =>
        File.ReadLines(Path.Combine(Repository.Root, "docs", "findings.md"))
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .Select(l => l.Trim('|', ' ').Split(" | ", StringSplitOptions.TrimEntries))
            .Select(r => (string[])[r[0].Trim('`'), .. r[1..]]);

    /// <param name="except">A room that is left out.</param>
    private static IEnumerable<(string Code, string File)> Literals(string? except = null)
    {
        foreach (var file in Repository.Sources("*.cs").Where(f => except is null || !f.Contains($"/src/{except}/", StringComparison.Ordinal)))
        {
            foreach (var line in File.ReadLines(file).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal) && !l.Contains("JsonDerivedType", StringComparison.Ordinal)))
            {
                foreach (Match match in CSharp().Matches(line))
                {
                    yield return (match.Groups[1].Value + match.Groups[2].Value, Path.GetRelativePath(Repository.Root, file));
                }
            }
        }

        foreach (var finding in FindingCatalogue.All)
        {
            yield return (finding.Code, "src/Diagnostics/Findings/findings.json");
        }

        foreach (var file in Repository.Sources("*.js"))
        {
            foreach (Match match in JavaScript().Matches(File.ReadAllText(file)))
            {
                yield return (match.Groups[1].Value, Path.GetRelativePath(Repository.Root, file));
            }
        }
    }

    private static IEnumerable<string> DeviceWords() =>
        CSharp().Matches(File.ReadAllText(Path.Combine(Repository.Root, "src", "Perimeta", "Configuration", "KeywordTable.cs"))).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> CardsAndVerbs()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "cards"), "*.json"))
        {
            yield return Path.GetFileNameWithoutExtension(file);
            foreach (Match match in Verb().Matches(File.ReadAllText(file)))
            {
                yield return match.Groups[1].Value;
            }
        }
    }

    [GeneratedRegex("""(?:"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)(?:"|: ))|\(([a-z][a-z0-9]*(?:-[a-z0-9]+)+)\)""")]
    private static partial Regex CSharp();

    [GeneratedRegex("'((?:webchat|page)-[a-z-]+)'")]
    private static partial Regex JavaScript();

    [GeneratedRegex("\"verb\": \"([a-z-]+)\"")]
    private static partial Regex Verb();
}

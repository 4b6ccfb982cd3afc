using System.Text.RegularExpressions;
using TrunkBot.Perimeta.Dialects;

namespace TrunkBot.Perimeta.Session;

/// <summary>What a device's prompt looks like: by its dialect, and after login by the host name that it showed.</summary>
internal sealed class CliPrompt(Dialect dialect)
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>What a prompt ends in when the dialect does not say more (presumed; domain document, section 1).</summary>
    private static readonly Regex Presumed = new("^(?<host>[^#>]{1,80})[#>] ?$", Options);

    private Regex _pattern = dialect.Prompt ?? Presumed;
    private string? _host;

    public bool Matches(string line) => _pattern.Match(line) is { Success: true } match && (_host is null || match.Groups["host"].Value == _host);

    /// <summary>The mode that a prompt shows; empty when it shows none.</summary>
    public string ModeIn(string line) => _pattern.Match(line).Groups["mode"].Value;

    /// <summary>Index of the finished line that repeats what was sent, alone or after a prompt that was late; null when none does.</summary>
    public int? EchoIn(string[] lines, string sent)
    {
        for (var at = 0; at < lines.Length - 1; at++)
        {
            var shown = lines[at].TrimEnd();
            if (sent.Length > 0
                && shown.EndsWith(sent, StringComparison.Ordinal)
                && shown[..^sent.Length] is var around && (string.IsNullOrWhiteSpace(around) || Matches(around)))
            {
                return at;
            }
        }

        return null;
    }

    /// <summary>From now on only prompts of the host in this one are prompts.</summary>
    public void Learn(string line)
    {
        _host = _pattern.Match(line).Groups["host"].Value.TrimEnd();
        if (dialect.Prompt is null)
        {
            // Login may already lead to a mode.
            _host = _host.IndexOf('(', StringComparison.Ordinal) is > 0 and var bracket ? _host[..bracket] : _host;

            // The mode, wherever it is shown, stands between the name and the last letter.
            _pattern = new Regex($@"^(?<host>{Regex.Escape(_host)})(\((?<mode>[^()]{{1,60}})\)|[^#>]{{0,60}})[#>] ?$", Options);
        }
    }
}

using System.Text;

namespace TrunkBot.Lab.Switch.Sip;

/// <summary>One SIP message (RFC 3261 section 7). Header names are kept in their long form; order within a name is kept.</summary>
internal sealed class SipMessage
{
    private readonly List<(string Name, string Value)> headers = [];

    /// <summary>Set for a request.</summary>
    public string? Method { get; init; }

    public string RequestUri { get; init; } = "";

    /// <summary>Set for a response; 0 for a request.</summary>
    public int Status { get; init; }

    public string Phrase { get; init; } = "";

    public byte[] Body { get; set; } = [];

    public string? this[string name] => headers.FirstOrDefault(header => Is(header.Name, name)).Value;

    public IEnumerable<string> All(string name) => headers.Where(header => Is(header.Name, name)).Select(header => header.Value);

    /// <summary>A line break in a value would begin a header of its own: it becomes a blank.</summary>
    public SipMessage Add(string name, string value)
    {
        headers.Add((name, new string([.. value.Select(character => char.IsControl(character) && character != '\t' ? ' ' : character)])));
        return this;
    }

    public string CallId => this["Call-ID"] ?? "";

    public (uint Number, string Method) CSeq =>
        this["CSeq"]?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, var method] && uint.TryParse(number, out var value) ? (value, method) : (0, "");

    public SipAddress From => SipAddress.Parse(this["From"]);

    public SipAddress To => SipAddress.Parse(this["To"]);

    public SipVia Via => SipVia.Parse(this["Via"] ?? "");

    /// <summary>The answer to this request, with what RFC 3261 section 8.2.6 takes over from it.</summary>
    public SipMessage Answer(int status, string phrase, string? toTag, SipVia via)
    {
        var answer = new SipMessage { Status = status, Phrase = phrase };
        answer.Add("Via", via.ToString());
        foreach (var further in All("Via").Skip(1))
        {
            answer.Add("Via", further);
        }

        foreach (var route in All("Record-Route"))
        {
            answer.Add("Record-Route", route);
        }

        var to = this["To"] ?? "";
        answer.Add("From", this["From"] ?? "");
        answer.Add("To", toTag is not null && To.Tag is null ? $"{to};tag={toTag}" : to);
        answer.Add("Call-ID", CallId);
        answer.Add("CSeq", this["CSeq"] ?? "");
        answer.Add("Server", "TrunkBot-Lab (simulated CFS, SBC and Twilio)");
        return answer;
    }

    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        text.Append(Method is null ? $"SIP/2.0 {Status} {Phrase}\r\n" : $"{Method} {RequestUri} SIP/2.0\r\n");
        foreach (var (name, value) in headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        text.Append("Content-Length: ").Append(Body.Length).Append("\r\n\r\n");
        return [.. Encoding.UTF8.GetBytes(text.ToString()), .. Body];
    }

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}

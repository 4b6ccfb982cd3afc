namespace TrunkBot.Sip.Messages;

/// <summary>The names that nearly every message holds, so that they are not made anew for each. Any other is text of its own.</summary>
internal static class SipNames
{
    public static string Method(ReadOnlySpan<char> name) => name switch
    {
        "INVITE" => "INVITE",
        "ACK" => "ACK",
        "BYE" => "BYE",
        "CANCEL" => "CANCEL",
        "OPTIONS" => "OPTIONS",
        "REGISTER" => "REGISTER",
        "PRACK" => "PRACK",
        "UPDATE" => "UPDATE",
        "INFO" => "INFO",
        _ => name.ToString(),
    };

    /// <summary>The full name of a header; null when it is no token.</summary>
    public static string? Header(ReadOnlySpan<char> name) => name switch
    {
        "Via" => "Via",
        "From" => "From",
        "To" => "To",
        "Call-ID" => "Call-ID",
        "CSeq" => "CSeq",
        "Contact" => "Contact",
        "Max-Forwards" => "Max-Forwards",
        "Content-Length" => "Content-Length",
        "Content-Type" => "Content-Type",
        "Record-Route" => "Record-Route",
        "Route" => "Route",
        "User-Agent" => "User-Agent",
        "Server" => "Server",
        "Allow" => "Allow",
        "Supported" => "Supported",
        "Require" => "Require",
        "Accept" => "Accept",
        "Session-Expires" => "Session-Expires",
        "Min-SE" => "Min-SE",
        "P-Asserted-Identity" => "P-Asserted-Identity",
        "X-Twilio-CallSid" => "X-Twilio-CallSid",
        _ => SipText.IsToken(name) ? SipHeaders.FullName(name.ToString()) : null,
    };
}

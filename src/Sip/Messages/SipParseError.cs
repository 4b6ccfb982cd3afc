namespace TrunkBot.Sip.Messages;

/// <summary>Why bytes were refused as a SIP message, and where.</summary>
/// <param name="Code">Stable kebab-case code, for example <c>sip-header-missing</c>.</param>
/// <param name="Offset">Byte offset from the start of the message at which the fault was seen.</param>
/// <param name="Reason">One sentence for a person. It never quotes the message, which is hostile text.</param>
public sealed record SipParseError(string Code, int Offset, string Reason);

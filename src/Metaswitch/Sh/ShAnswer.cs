namespace TrunkBot.Metaswitch.Sh;

/// <summary>How a request over Sh ended.</summary>
public enum ShOutcome
{
    /// <summary>Result code 2001.</summary>
    Success,

    /// <summary>The object does not exist: result code 5001, or a successful pull without data.</summary>
    Absent,

    /// <summary>Any other result code. Nothing was changed.</summary>
    Refused,

    /// <summary>The user may not do this. Nothing was changed.</summary>
    NoRights,

    /// <summary>Somebody else wrote the object since it was pulled. Nothing was changed.</summary>
    StaleSequence,

    /// <summary>A SOAP fault or an HTTP error: bad login, bad version. Nothing was changed.</summary>
    Fault,

    /// <summary>The server could not be connected to: the request was never sent.</summary>
    Unreachable,

    /// <summary>The server showed a certificate that the site does not trust: the request was never sent.</summary>
    CertificateRefused,

    /// <summary>The request may or may not have had its effect: time-out, dropped connection, unreadable answer.</summary>
    NoAnswer,
}

/// <summary>What came back.</summary>
public sealed record ShAnswer
{
    public required ShOutcome Outcome { get; init; }

    public int? HttpStatus { get; init; }

    public int? ResultCode { get; init; }

    public int? ExtendedResultCode { get; init; }

    /// <summary>The switch's or the transport's own words, on one line; may be empty.</summary>
    public string Detail { get; init; } = "";

    public IReadOnlyList<ShSubResult> SubResults { get; init; } = [];

    /// <summary>The object that a successful pull returned; null otherwise.</summary>
    public ShObject? Data { get; init; }
}

/// <summary>One complaint about one field.</summary>
/// <param name="Field">Local name of the element complained of; null when the answer names none.</param>
public sealed record ShSubResult(int? Code, string Detail, string? Field);

/// <summary>One service indication of an object, as pulled. Values of elements named like a password are blanked.</summary>
public sealed record ShObject(string ServiceIndication, int SequenceNumber, IReadOnlyList<ShField> Fields)
{
    public string? this[string element] => Fields.FirstOrDefault(f => f.Name == element)?.Value;
}

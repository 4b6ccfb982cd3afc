namespace TrunkBot.Sip.Media.Srtp;

/// <summary>The crypto suites of SDES that we speak (RFC 4568 6.2): AES in counter mode, 128 bits, with HMAC-SHA1.</summary>
public enum SrtpSuite
{
    /// <summary>AES_CM_128_HMAC_SHA1_80.</summary>
    AesCm128HmacSha1Tag80,

    /// <summary>AES_CM_128_HMAC_SHA1_32. The tag of SRTCP has 80 bits all the same.</summary>
    AesCm128HmacSha1Tag32,
}

internal static class SrtpSuites
{
    private static readonly string[] Names = ["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"];

    /// <summary>As SDP spells it.</summary>
    public static string Name(this SrtpSuite suite) => Names[(int)suite];

    public static SrtpSuite? Of(string name) => Array.IndexOf(Names, name) is var i and >= 0 ? (SrtpSuite)i : null;

    public static int TagBytes(this SrtpSuite suite) => suite == SrtpSuite.AesCm128HmacSha1Tag80 ? 10 : 4;
}

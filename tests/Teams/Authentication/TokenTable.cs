using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace TrunkBot.Teams.Tests.Authentication;

/// <summary>One request to the front door and what becomes of it.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Status">202, 401 or 403.</param>
/// <param name="Reasons">Every rule that is broken, as logged; empty when it is taken.</param>
/// <param name="Authorization">The header; null: none.</param>
/// <param name="Activity">The body.</param>
/// <param name="StricterBecause">Microsoft's botbuilder takes it; why we do not. Null: both say the same.</param>
internal sealed record TokenRow(string Name, int Status, string Reasons, string? Authorization, string Activity, string? StricterBecause = null);

/// <summary>Good tokens, and bad ones of one defect each.</summary>
internal static class TokenTable
{
    private const string Skipped = "checked by Microsoft's SDK only if it can be";
    private const string NoRs512 = "the channel signs with RS256; every further algorithm is a further way in";
    private const string OurChannels = "only configured channels are served";
    private const string OurTenants = "a bot of a single tenant serves the people of allowed tenants";
    private const string OurHosts = "the bot's token would go there";

    private static readonly long Now = Mint.Now.ToUnixTimeSeconds();

    private static readonly Mint Good = new();

    private static readonly string Usual = Mint.Activity();

    public static IReadOnlyList<TokenRow> Rows { get; } =
    [
        .. Accepted(), .. WrongSignatures(), .. WrongIssuers(), .. WrongAudiences(), .. WrongTimes(), .. WrongActivities(), .. Malformed(),
    ];

    private static IEnumerable<TokenRow> Accepted()
    {
        yield return Taken("a good token", Good);
        yield return Taken("expired 299 s ago", Good.Claiming(("exp", Now - 299), ("nbf", Now - 3600)));
        yield return Taken("valid in 299 s", Good.Claiming(("nbf", Now + 299)));
        yield return Taken("no nbf", Good.Claiming(("nbf", null)));
        yield return Taken("a claim that nobody knows", Good.Claiming(("x", new JsonArray(1))));
        yield return Taken("tenant in channelData only", Good, Mint.Activity(conversationTenant: null));
        yield return Taken("tenant in the conversation only", Good, Mint.Activity(channelTenant: null));
        yield return Taken("tenant in capitals", Good, Mint.Activity(conversationTenant: "7C2B9D10-55AA-4F6F-8A39-3A1C0F4E2D11"));
        yield return TakenFrom("a sub-domain of an allowed host", "https://smba.infra.gcc.teams.microsoft.com/gcc");
        yield return TakenFrom("an allowed host in capitals", "https://SMBA.TrafficManager.net/emea/");
    }

    private static IEnumerable<TokenRow> WrongSignatures()
    {
        yield return Refused("alg none", "algorithm; signature", Good with { Algorithm = "none", Sign = _ => [] });
        yield return Refused("alg None with a signature", "algorithm; signature", Good with { Algorithm = "None" });
        yield return Refused("HS256 with the public key as its secret", "algorithm; signature", Good with { Algorithm = "HS256", Sign = data => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Keys.Channel.ExportSubjectPublicKeyInfoPem()), data) });
        yield return Refused(
            "the Playground's dummy token", "algorithm; issuer; key-unknown; signature; audience; lifetime",
            new() { Algorithm = "HS256", KeyId = null, Claims = new() { ["serviceurl"] = Mint.ServiceUrl, ["iat"] = Now }, Sign = data => HMACSHA256.HashData("dummy-secret-key"u8, data) });
        yield return Refused("the dummy key with good claims", "algorithm; signature", Good with { Algorithm = "HS256", Sign = data => HMACSHA256.HashData("dummy-secret-key"u8, data) });
        yield return Refused("RS384", "algorithm; signature", Good with { Algorithm = "RS384", Sign = Mint.With(Keys.Channel, HashAlgorithmName.SHA384) }, stricter: NoRs512);
        yield return Refused("RS512", "algorithm; signature", Good with { Algorithm = "RS512", Sign = Mint.With(Keys.Channel, HashAlgorithmName.SHA512) }, stricter: NoRs512);
        yield return Refused("PS256", "algorithm; signature", Good with { Algorithm = "PS256", Sign = Mint.With(Keys.Channel, HashAlgorithmName.SHA256, RSASignaturePadding.Pss) });
        yield return Refused("ES256", "algorithm; key-unknown; signature", Good with { Algorithm = "ES256", KeyId = "key-ec", Sign = data => Keys.Elliptic.SignData(data, HashAlgorithmName.SHA256) });
        yield return Refused("alg in lower case", "algorithm; signature", Good with { Algorithm = "rs256" });
        yield return Refused("unknown kid", "key-unknown; signature", Good.SignedBy(Keys.Stranger, "key-9"));
        yield return Refused("kid in capitals", "key-unknown; signature", Good.SignedBy(Keys.Channel, "KEY-1"));
        yield return Refused("no kid", "key-unknown; signature", Good.SignedBy(Keys.Channel, null));
        yield return Refused("empty kid", "key-unknown; signature", Good.SignedBy(Keys.Channel, ""));
        yield return Refused("kid and key of another issuer", "key-unknown; signature", Good.SignedBy(Keys.Entra, "entra-1"));
        yield return Refused("signed by a stranger under the channel's kid", "signature", Good.SignedBy(Keys.Stranger, "key-1"));
        yield return Refused("signed by another key of the channel", "signature", Good.SignedBy(Keys.Bare, "key-1"));
        yield return Refused("no signature", "signature", Good with { Sign = _ => [] });
        yield return Refused("a signature of zeros", "signature", Good with { Sign = _ => new byte[256] });
        yield return new("claims changed after signing", 401, "signature", $"Bearer {Spliced()}", Usual);
        yield return Refused("brings its own key", "key-unknown; signature", Good.SignedBy(Keys.Stranger, "own") with { MoreHeader = new() { ["jwk"] = IssuerServer.Jwk(Keys.Stranger, "own", "msteams") } });
        yield return Refused("a header that must be understood", "token-malformed", Good with { MoreHeader = new() { ["crit"] = new JsonArray("x"), ["x"] = 1 } }, stricter: "RFC 7515 asks to refuse what is critical and not understood");
    }

    private static IEnumerable<TokenRow> WrongIssuers()
    {
        const string reasons = "issuer; key-unknown; signature";
        yield return Refused("issuer of the government's cloud", reasons, Good.Claiming(("iss", "https://api.botframework.us")));
        yield return Refused("issuer in capitals", reasons, Good.Claiming(("iss", "https://API.botframework.com")));
        yield return Refused("issuer with a slash", reasons, Good.Claiming(("iss", "https://api.botframework.com/")));
        yield return Refused("no issuer", reasons, Good.Claiming(("iss", null)));
        yield return Refused("issuers as a list", "token-malformed", Good.Claiming(("iss", new JsonArray(Mint.Issuer))));
        yield return Refused(
            "a caller of Entra", reasons,
            Good.SignedBy(Keys.Entra, "entra-1").Claiming(("iss", Mint.EntraIssuer), ("ver", "1.0"), ("appid", Mint.AppId)),
            stricter: "callers of Entra (emulators, other bots) are not let in");
    }

    private static IEnumerable<TokenRow> WrongAudiences()
    {
        yield return Refused("another bot's audience", "audience", Good.Claiming(("aud", "00000000-1111-2222-3333-444444444444")));
        yield return Refused("audience as a list of one", "audience", Good.Claiming(("aud", new JsonArray(Mint.AppId))));
        yield return Refused("audience among others", "audience", Good.Claiming(("aud", new JsonArray("https://graph.microsoft.com", Mint.AppId))));
        yield return Refused("audience as api://", "audience", Good.Claiming(("aud", $"api://{Mint.AppId}")));
        yield return Refused("audience as api://botid-", "audience", Good.Claiming(("aud", $"api://botid-{Mint.AppId}")));
        yield return Refused("audience in capitals", "audience", Good.Claiming(("aud", "1F0A4B2E-6A51-4BD3-9C1E-0D6A5C7B8E9F")));
        yield return Refused("no audience", "audience", Good.Claiming(("aud", null)));
        yield return Refused("empty audience", "audience", Good.Claiming(("aud", "")));
    }

    private static IEnumerable<TokenRow> WrongTimes()
    {
        yield return Refused("no exp", "lifetime", Good.Claiming(("exp", null)), stricter: "a token without an end would be good for ever");
        yield return Refused("exp as text", "lifetime", Good.Claiming(("exp", $"{Now + 3600}")));
        yield return Refused("exp with a fraction", "lifetime", Good.Claiming(("exp", Now + 3600.5)), stricter: "the channel writes whole seconds");
        yield return Refused("expired 301 s ago", "lifetime", Good.Claiming(("exp", Now - 301), ("nbf", Now - 3600)));
        yield return Refused("valid in 301 s", "lifetime", Good.Claiming(("nbf", Now + 301)));
        yield return Refused("nbf as text", "lifetime", Good.Claiming(("nbf", $"{Now}")));
    }

    private static IEnumerable<TokenRow> WrongActivities()
    {
        yield return Refused("no serviceurl", "service-url-claim", Good.Claiming(("serviceurl", null)));
        yield return Refused("serviceUrl with a capital", "service-url-claim", Good.Claiming(("serviceurl", null), ("serviceUrl", Mint.ServiceUrl)));
        yield return Refused("another serviceurl", "service-url-claim", Good.Claiming(("serviceurl", "https://smba.trafficmanager.net/amer/")));
        yield return Refused("serviceurl without the slash", "service-url-claim", Good.Claiming(("serviceurl", "https://smba.trafficmanager.net/emea")));
        yield return Refused("serviceurl in capitals", "service-url-claim", Good.Claiming(("serviceurl", "https://SMBA.trafficmanager.net/emea/")));
        yield return Refused("serviceurl as a list", "service-url-claim", Good.Claiming(("serviceurl", new JsonArray(Mint.ServiceUrl))));
        yield return Refused("a key without endorsements", "endorsement", Good.SignedBy(Keys.Bare, "key-bare"), stricter: Skipped);
        yield return Refused("a key for another channel", "endorsement", Good.SignedBy(Keys.WebChat, "key-webchat"));
        yield return Refused("another channel that the key is good for", "channel", Good, Mint.Activity(channelId: "webchat"), 403, OurChannels);
        yield return Refused("another channel that the key is not good for", "endorsement; channel", Good, Mint.Activity(channelId: "directline"));
        yield return Refused("the channel in capitals", "endorsement; channel", Good, Mint.Activity(channelId: "MsTeams"));
        const string elsewhere = "99999999-55aa-4f6f-8a39-3a1c0f4e2d11";
        yield return Refused("another tenant", "tenant", Good, Mint.Activity(conversationTenant: elsewhere, channelTenant: elsewhere), 403, OurTenants);
        yield return Refused("no tenant", "tenant", Good, Mint.Activity(conversationTenant: null, channelTenant: null), 403, OurTenants);
        yield return Refused("two tenants", "tenant", Good, Mint.Activity(channelTenant: elsewhere), 403, OurTenants);
        yield return RefusedFrom("serviceUrl over http", "http://smba.trafficmanager.net/emea/");
        yield return RefusedFrom("an allowed host as the beginning of another", "https://smba.trafficmanager.net.evil.example/emea/");
        yield return RefusedFrom("an allowed host as the end of another", "https://evilsmba.trafficmanager.net/emea/");
        yield return RefusedFrom("a neighbour of the allowed host", "https://evil.trafficmanager.net/emea/");
        yield return RefusedFrom("an allowed host as a user name", "https://smba.trafficmanager.net@evil.example/emea/");
        yield return RefusedFrom("an allowed host after a backslash", "https://evil.example\\.smba.trafficmanager.net/emea/");
        yield return RefusedFrom("an allowed host with a dot at its end", "https://smba.trafficmanager.net./emea/");
        yield return RefusedFrom("a query that eats the path", "https://smba.trafficmanager.net/emea/?x=");
        yield return RefusedFrom("this machine", "https://127.0.0.1/emea/");
    }

    private static IEnumerable<TokenRow> Malformed()
    {
        var token = Good.Token();
        var parts = token.Split('.');
        yield return Broken("no header", null);
        yield return Broken("no token", "Bearer");
        yield return Broken("an empty token", "Bearer ");
        yield return Broken("another scheme", $"Basic {token}");
        yield return Broken("the scheme in lower case", $"bearer {token}");
        yield return Broken("two spaces", $"Bearer  {token}");
        yield return Broken("a word behind it", $"Bearer {token} x");
        yield return Broken("two tokens", $"Bearer {token}, Bearer {token}");
        yield return Broken("one part", $"Bearer {parts[0]}");
        yield return Broken("two parts", $"Bearer {parts[0]}.{parts[1]}");
        yield return Broken("four parts", $"Bearer {token}.{parts[2]}");
        yield return Broken("five parts", $"Bearer {token}.{parts[2]}.{parts[2]}");
        yield return Broken("dots", "Bearer ..");
        yield return Broken("no base64url", $"Bearer {parts[0]}.%%%%.{parts[2]}");
        yield return Broken("a header that is no JSON", $"Bearer {Mint.Encode("{alg:RS256}")}.{parts[1]}.{parts[2]}");
        yield return Broken("a header that is a text", $"Bearer {Mint.Encode("\"RS256\"")}.{parts[1]}.{parts[2]}");
        yield return Broken("claims that are no JSON", $"Bearer {Good.Token("{\"iss\":")}");
        yield return Broken("claims that are a list", $"Bearer {Good.Token("[]")}");
        yield return Broken("claims that are null", $"Bearer {Good.Token("null")}");
        var twice = Good.Claims.ToJsonString().Replace("\"aud\"", "\"aud\":\"other\",\"aud\"", StringComparison.Ordinal);
        yield return Broken("a claim twice", $"Bearer {Good.Token(twice)}", "two readers could disagree which of the two counts");
    }

    private static TokenRow Taken(string name, Mint token, string? activity = null) => new(name, 202, "", token.Header(), activity ?? Usual);

    private static TokenRow TakenFrom(string name, string serviceUrl) => Taken(name, Good.Claiming(("serviceurl", serviceUrl)), Mint.Activity(serviceUrl));

    private static TokenRow Refused(string name, string reasons, Mint token, string? activity = null, int status = 401, string? stricter = null) =>
        new(name, status, reasons, token.Header(), activity ?? Usual, stricter);

    private static TokenRow RefusedFrom(string name, string serviceUrl) =>
        new(name, 401, "service-url", Good.Claiming(("serviceurl", serviceUrl)).Header(), Mint.Activity(serviceUrl), OurHosts);

    private static TokenRow Broken(string name, string? authorization, string? stricter = null) =>
        new(name, 401, "token-malformed", authorization, Usual, stricter);

    private static string Spliced()
    {
        var (own, other) = (Good.Claiming(("aud", "other")).Token().Split('.'), Good.Token().Split('.'));
        return $"{own[0]}.{other[1]}.{own[2]}";
    }
}

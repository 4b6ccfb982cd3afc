using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.SignIn;

/// <summary>
/// Links that people got in chat, and sign-ins that are under way: each good once and for ten minutes, in this process alone. What a restart loses is
/// asked for again.
/// </summary>
internal sealed class SignInLinks(IOptions<SignInOptions> options, TimeProvider time) : ISignIn
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Link> links = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Attempt> attempts = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Uri? LinkFor(ChannelUser user)
    {
        if (UserIds.Read(user.Id) is not { } id
            || options.Value.Providers.FirstOrDefault(p => id.StartsWith($"{p.Value.Channel}:", StringComparison.Ordinal)) is not { Value: { } provider, Key: var name })
        {
            return null;
        }

        // A new link takes the place of the person's earlier one.
        foreach (var (old, link) in links)
        {
            if (link.User == id || IsOver(link.Until))
            {
                links.TryRemove(old, out _);
            }
        }

        var token = Random();
        links[DigestOf(token)] = new Link(id, name, provider, time.GetUtcNow() + GoodFor);
        return new Uri($"{options.Value.PublicUrl.TrimEnd('/')}/sign-in/{token}");
    }

    /// <summary>Whether a link is good; looking does not use it up, because chat programs look at links before people do.</summary>
    public bool IsGood(string token) => links.TryGetValue(DigestOf(token), out var link) && !IsOver(link.Until);

    /// <summary>Uses a link up and begins a sign-in.</summary>
    public Attempt? Begin(string token)
    {
        if (!links.TryRemove(DigestOf(token), out var link) || IsOver(link.Until))
        {
            return null;
        }

        foreach (var (old, _) in attempts.Where(a => IsOver(a.Value.Until)))
        {
            attempts.TryRemove(old, out _);
        }

        var attempt = new Attempt(link, State: Random(), Nonce: Random(), Verifier: Random(), Browser: Random(), time.GetUtcNow() + GoodFor);
        attempts[DigestOf(attempt.State)] = attempt;
        return attempt;
    }

    /// <summary>The sign-in that a browser comes back from, once; null for a state that is unknown, used or old, or another browser's.</summary>
    public Attempt? End(string state, string browser) =>
        attempts.TryRemove(DigestOf(state), out var attempt) && !IsOver(attempt.Until)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(browser), Encoding.UTF8.GetBytes(attempt.Browser))
            ? attempt
            : null;

    private bool IsOver(DateTimeOffset until) => time.GetUtcNow() >= until;

    // 256 bits; as a PKCE verifier 43 characters (RFC 7636, 4.1).
    private static string Random() => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));

    private static string DigestOf(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

/// <param name="User">The platform's user who asked for it, in canonical spelling.</param>
/// <param name="ProviderName">By which accounts name their subject.</param>
internal sealed record Link(string User, string ProviderName, SignInProvider Provider, DateTimeOffset Until);

/// <param name="Verifier">PKCE: shows the provider that who brings the code is who asked for it.</param>
/// <param name="Browser">Stands in a cookie of the browser that began.</param>
internal sealed record Attempt(Link Link, string State, string Nonce, string Verifier, string Browser, DateTimeOffset Until)
{
    /// <summary>RFC 7636, 4.2, method S256.</summary>
    public string Challenge => Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
}

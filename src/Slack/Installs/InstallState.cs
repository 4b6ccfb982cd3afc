using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace TrunkBot.Slack.Installs;

/// <summary>
/// The <c>state</c> of an installation: random, for one use, for ten minutes, for the browser that began. The browser holds it sealed in a cookie, so
/// that nobody fills this machine's memory by beginning and never ending; what was used is remembered until it would be too old.
/// </summary>
internal sealed class InstallState(IDataProtectionProvider protection, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly IDataProtector protector = protection.CreateProtector("TrunkBot.Slack.InstallState.v1");
    private readonly ConcurrentDictionary<string, DateTimeOffset> used = new(StringComparer.Ordinal);

    /// <returns>What goes to Slack and what goes into the cookie.</returns>
    public (string State, string Cookie) Begin()
    {
        var state = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var ends = (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return (state, protector.Protect($"{state} {ends}"));
    }

    /// <summary>True once, for the state that this browser began with.</summary>
    public bool TryUse(string? state, string? cookie)
    {
        if (string.IsNullOrEmpty(state) || Open(cookie) is not [var begun, var until] || !long.TryParse(until, CultureInfo.InvariantCulture, out var seconds))
        {
            return false;
        }

        var ends = DateTimeOffset.FromUnixTimeSeconds(seconds);
        var now = time.GetUtcNow();
        foreach (var (old, _) in used.Where(u => u.Value <= now))
        {
            used.TryRemove(old, out _);
        }

        return ends > now
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(begun), Encoding.UTF8.GetBytes(state))
            && used.TryAdd(begun, ends);
    }

    private string[]? Open(string? cookie)
    {
        try
        {
            return string.IsNullOrEmpty(cookie) ? null : protector.Unprotect(cookie).Split(' ');
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

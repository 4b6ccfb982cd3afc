using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Trunks.Sites;

/// <summary>A site profile could not be read; the message names file, line and reason of everything that is wrong, one in a line.</summary>
public sealed class SiteProfileException(string file, IReadOnlyList<(long Line, string Reason)> wrong)
    : Exception(string.Join('\n', wrong.Select(w => $"{file}, line {w.Line}: {w.Reason}")))
{
    public SiteProfileException(string file, long line, string reason)
        : this(file, [(line, reason)])
    {
    }

    public string File { get; } = file;

    /// <summary>Line in the file of the first thing that is wrong, counted from 1.</summary>
    public long Line { get; } = wrong[0].Line;
}

/// <summary>Reads site profiles. Strict: an unknown member is a mistake, not an extension.</summary>
public static class SiteProfileReader
{
    /// <summary>Of limits of an adjacency: above this it is a slip of the keyboard.</summary>
    private const int HighestLimit = 1_000_000;

    /// <summary>With its keyword the line stays well below the longest that is sent.</summary>
    private const int LongestProfileList = 400;

    /// <summary>Ends the title of a site at which nobody else has to approve.</summary>
    public const string OnePersonLab = "ONE-PERSON LAB: WHO ASKS MAY APPROVE";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads one profile from its JSON text.</summary>
    /// <param name="file">Name of the file, for messages.</param>
    /// <exception cref="SiteProfileException">The text is no site profile, or a value in it can't be right.</exception>
    public static SiteProfile Read(string json, string file)
    {
        SiteProfile profile;
        try
        {
            profile = JsonSerializer.Deserialize<SiteProfile>(json, Json)
                ?? throw new SiteProfileException(file, 1, "the file holds null, not a site profile");
        }
        catch (JsonException e)
        {
            throw Refused(e, json, file);
        }

        var wrong = Wrong(profile).Select(w => (Line: LineOf(json, w.Place), Reason: $"{w.Place}: {w.Reason}")).OrderBy(w => w.Line).ToList();
        if (wrong.Count > 0)
        {
            throw new SiteProfileException(file, wrong);
        }

        // The title stands on every card: whoever reads one shall know that nobody else has to agree.
        return profile.Approval.OnePersonLab ? profile with { Title = $"{profile.Title}, {OnePersonLab}" } : profile;
    }

    /// <summary>What the JSON reader refused. Of an object that lacks a member it knows the end; people look for its beginning.</summary>
    private static SiteProfileException Refused(JsonException e, string json, string file)
    {
        const string missing = "missing required properties including: ";
        var place = e.Path?.TrimStart('$', '.') ?? "";
        var at = e.Message.IndexOf(missing, StringComparison.Ordinal);
        if (at < 0)
        {
            return new SiteProfileException(file, (e.LineNumber ?? 0) + 1, Plain(e));
        }

        var rest = e.Message[(at + missing.Length)..];
        var names = rest[..rest.IndexOf('.', StringComparison.Ordinal)].Replace("'", "", StringComparison.Ordinal);
        return new SiteProfileException(file, LineOf(json, place), $"{(place.Length == 0 ? "" : $"{place}: ")}{names} missing");
    }

    private static string Plain(JsonException e)
    {
        var message = e.Message;
        var cut = message.IndexOf(" Path:", StringComparison.Ordinal);
        return (e.Path is { Length: > 1 } path ? $"{path.TrimStart('$', '.')}: " : "") + (cut < 0 ? message : message[..cut]);
    }

    private static IEnumerable<(string Place, string Reason)> Wrong(SiteProfile profile)
    {
        if (ParameterChecks.ObjectName(profile.Name) is { } name)
        {
            yield return ("name", name);
        }

        if (profile.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            yield return ("timeZone", $"there is no time zone {ParameterChecks.Show(zone)}; write it like America/Denver");
        }

        foreach (var (key, value) in profile.Defaults)
        {
            if (TrunkParameters.Find(key) is not { } parameter)
            {
                yield return ($"defaults.{key}", "there is no such trunk parameter");
            }
            else if (IntentReader.Wrong(parameter, value, profile) is { } wrong)
            {
                yield return ($"defaults.{key}", wrong);
            }
        }

        foreach (var (key, values) in profile.Choices)
        {
            if (TrunkParameters.Find(key) is not { } parameter)
            {
                yield return ($"choices.{key}", "there is no such trunk parameter");
            }
            else if (values.Select(parameter.Check).FirstOrDefault(w => w is not null) is { } wrong)
            {
                yield return ($"choices.{key}", wrong);
            }
        }

        if (profile.Tests.HepCollector is { } collector && !(System.Net.IPEndPoint.TryParse(collector, out var endPoint) && endPoint.Port > 0))
        {
            yield return ("tests.hepCollector", $"{ParameterChecks.Show(collector)} is not of the form address:port; write it like 192.0.2.10:9060");
        }

        if (profile.Ticket?.Fault() is { } fault)
        {
            yield return fault;
        }

        foreach (var wrong in WeeklyWindow.Wrong("health.silences", profile.Health.Silences))
        {
            yield return wrong;
        }

        foreach (var wrong in ApprovalPolicyChecks.Wrong(profile.Approval, profile.Simulated))
        {
            yield return wrong;
        }

        if (profile.Execution.StartAtMostLateMinutes is < 2 or > 1440)
        {
            yield return ("execution.startAtMostLateMinutes", "must be from 2 to 1440 minutes: the bot looks once a minute");
        }

        if (profile.Execution.ConfirmWithinMinutes is < 0 or 1 or > 1440)
        {
            yield return ("execution.confirmWithinMinutes", "must be 0 (off), or from 2 to 1440 minutes: the bot looks once a minute");
        }

        if (profile.Perimeta.Port is < 1 or > 65535)
        {
            yield return ("perimeta.port", "must be a port from 1 to 65535");
        }

        if (profile.Perimeta.Jump is { Port: < 1 or > 65535 })
        {
            yield return ("perimeta.jump.port", "must be a port from 1 to 65535");
        }

        foreach (var wrong in Identities("perimeta", profile.Perimeta.PrivateKeyFile, profile.Perimeta.PrivateKeyPassphrase, profile.Perimeta.IdentityAgent, profile.Perimeta.IdentityFingerprint))
        {
            yield return wrong;
        }

        if (profile.Perimeta.Jump is { } jump)
        {
            foreach (var wrong in Identities("perimeta.jump", jump.PrivateKeyFile, jump.PrivateKeyPassphrase, jump.IdentityAgent, jump.IdentityFingerprint))
            {
                yield return wrong;
            }
        }

        foreach (var address in profile.Perimeta.CoreAddresses.Where(a => ParameterChecks.Address(a) is not null))
        {
            yield return ("perimeta.coreAddresses", $"{ParameterChecks.Show(address)} is not an IPv4 address");
        }

        foreach (var wrong in Wrong(profile.Perimeta.Adjacency).Concat(Wrong(profile.Perimeta.Templates)).Concat(Wrong(profile.Metaswitch)))
        {
            yield return wrong;
        }

        foreach (var (setting, product, _) in profile.Twilio.BaseUrls().Where(u => !TwilioSite.MayTakeLogin(u.Url, u.Product)))
        {
            yield return ($"twilio.{setting}", $"must be https://{product}.twilio.com or on this machine (or in a region with its city, such as https://{product}.dublin.ie1.twilio.com): the account's login is sent there");
        }

        if (profile.Twilio.BaseUrls().Where(u => u.Url is { IsAbsoluteUri: true, IsLoopback: false }).Select(u => TwilioSite.Region(u.Url, u.Product)).Distinct().Count() > 1)
        {
            yield return ("twilio.trunkingBaseUrl", "is of another region than the other base URLs: trunks and API keys belong to one region");
        }

        foreach (var wrong in profile.Tests.Wrong().Concat(profile.Calls.Wrong()))
        {
            yield return wrong;
        }
    }

    private static IEnumerable<(string Place, string Reason)> Wrong(MetaswitchSite site)
    {
        if (!site.Url.IsAbsoluteUri || (site.Url.Scheme != Uri.UriSchemeHttp && site.Url.Scheme != Uri.UriSchemeHttps) || site.Url.UserInfo.Length > 0)
        {
            yield return ("metaswitch.url", "must be an http or https address without a login: user and password have settings of their own");
        }
        else if (site.Tls is not null && site.Url.Scheme != Uri.UriSchemeHttps)
        {
            yield return ("metaswitch.tls", "has no effect on an http address; set metaswitch.url to https");
        }

        if (site.Tls is { CaFile: null, Pins.Count: 0 })
        {
            yield return ("metaswitch.tls", "needs a caFile or pins");
        }

        foreach (var key in site.Commands.Keys.Except(MetaswitchSite.ManualWork))
        {
            yield return ($"metaswitch.commands.{key}", $"there is no such work; there is {string.Join(", ", MetaswitchSite.ManualWork)}");
        }

        foreach (var key in site.Worksheets.Keys.Except([.. MetaswitchSite.ManualWork, MetaswitchSite.BindingWork]))
        {
            yield return ($"metaswitch.worksheets.{key}", $"there is no such sheet; there is {string.Join(", ", [.. MetaswitchSite.ManualWork, MetaswitchSite.BindingWork])}");
        }

        foreach (var (key, command) in site.Commands)
        {
            if (!Path.IsPathFullyQualified(command.Path) || command.Path.Any(char.IsControl))
            {
                yield return ($"metaswitch.commands.{key}.path", "must be an absolute path");
            }

            if (command.TimeoutSeconds is < 1 or > 3600)
            {
                yield return ($"metaswitch.commands.{key}.timeoutSeconds", "must be from 1 to 3600 seconds");
            }

            if (command.Arguments.Any(a => a.Any(char.IsControl)))
            {
                yield return ($"metaswitch.commands.{key}.arguments", "must not hold control characters");
            }
        }

        foreach (var (key, sheet) in site.Worksheets)
        {
            if (sheet.Labels.Concat(sheet.Rows).SelectMany(r => new[] { r.Key, r.Value }).Append(sheet.Place ?? "").Any(t => t.Any(char.IsControl)))
            {
                yield return ($"metaswitch.worksheets.{key}", "must not hold control characters");
            }
        }

        foreach (var profile in site.InteropProfiles)
        {
            if (profile.Models.Count == 0 || profile.FixBits.Any(b => b.Label.Length == 0 || b.Reason.Length == 0 || (b.Label + b.Reason).Any(char.IsControl)))
            {
                yield return ("metaswitch.interopProfiles", $"profile {ParameterChecks.Show(profile.Name)} needs models, and fix bits with a label and a reason in one line");
            }
        }

        if (site.Shadow is { Port: < 1 or > 65535 })
        {
            yield return ("metaswitch.shadow.port", "must be a port from 1 to 65535");
        }

        if (site.Shadow is { TimeoutSeconds: < 1 or > 300 })
        {
            yield return ("metaswitch.shadow.timeoutSeconds", "must be from 1 to 300 seconds");
        }

        foreach (var pin in (site.Tls?.Pins ?? []).Where(p => !IsPin(p)))
        {
            yield return ("metaswitch.tls.pins", $"{ParameterChecks.Show(pin)} is not sha256/ and the Base64 of 32 bytes");
        }
    }

    private static IEnumerable<(string Place, string Reason)> Wrong(AdjacencySettings settings)
    {
        const string place = "perimeta.adjacency";
        if (settings.Account is { } account && ParameterChecks.PerimetaName(account) is { } reason)
        {
            yield return ($"{place}.account", reason);
        }

        foreach (var (key, profiles) in new[] { ("editProfilesInbound", settings.EditProfilesInbound), ("editProfilesOutbound", settings.EditProfilesOutbound) })
        {
            foreach (var profile in (profiles ?? []).Where(p => ParameterChecks.PerimetaName(p) is not null))
            {
                yield return ($"{place}.{key}", $"{ParameterChecks.Show(profile)}: {ParameterChecks.PerimetaName(profile)}");
            }

            if (profiles is not null && profiles.Distinct(StringComparer.Ordinal).Count() != profiles.Count)
            {
                yield return ($"{place}.{key}", "names a profile twice");
            }

            if (profiles is not null && string.Join(',', profiles).Length > LongestProfileList)
            {
                yield return ($"{place}.{key}", $"is longer than {LongestProfileList} characters in one line");
            }
        }

        if (settings is { ForceSignalingPeerInInterop: true, ForceSignalingPeer: false })
        {
            yield return ($"{place}.forceSignalingPeerInInterop", $"has no effect without {place}.forceSignalingPeer");
        }

        if (settings.Limits is not { } limits)
        {
            yield break;
        }

        if (limits is { Regs: null } && !limits.Rates().Any())
        {
            yield return ($"{place}.limits", "needs at least one limit");
        }

        if (limits.Regs is < 0 or > HighestLimit)
        {
            yield return ($"{place}.limits.regs", $"must be from 0 to {HighestLimit}");
        }

        foreach (var (key, rate) in new[] { ("callRate", limits.CallRate), ("inCallRate", limits.InCallRate), ("outOfCallRate", limits.OutOfCallRate), ("regsRate", limits.RegsRate) })
        {
            // Nothing would pass: whoever wants that takes the adjacency out of service.
            if (rate is { Sustain: < 1 or > HighestLimit })
            {
                yield return ($"{place}.limits.{key}.sustain", $"must be from 1 to {HighestLimit}");
            }
        }
    }

    private static IEnumerable<(string Place, string Reason)> Wrong(SiteTemplateFiles templates) =>
        new[] { ("tls", templates.Tls), ("callPolicy", templates.CallPolicy) }
            .Where(template => template.Item2 is { } path && (string.IsNullOrWhiteSpace(path) || path.Any(char.IsControl)))
            .Select(template => ($"perimeta.templates.{template.Item1}", "must be the path of a file"));

    private static bool IsPin(string pin) =>
        pin.StartsWith("sha256/", StringComparison.Ordinal) && Convert.TryFromBase64String(pin["sha256/".Length..], new byte[33], out var length) && length == 32;

    /// <summary>Settings of an SSH login that mean nothing beside each other.</summary>
    private static IEnumerable<(string Place, string Reason)> Identities(string place, string? keyFile, SecretReference? passphrase, string? agent, string? fingerprint)
    {
        if (keyFile is null && passphrase is not null)
        {
            yield return ($"{place}.privateKeyPassphrase", $"there is no {place}.privateKeyFile that it could open");
        }

        if (keyFile is not null && agent is not null)
        {
            yield return ($"{place}.identityAgent", $"stands beside {place}.privateKeyFile: a key comes from a file or from an agent");
        }

        if (agent is null && fingerprint is not null)
        {
            yield return ($"{place}.identityFingerprint", $"there is no {place}.identityAgent whose key it could choose");
        }

        if (fingerprint?.StartsWith("SHA256:", StringComparison.Ordinal) == false)
        {
            yield return ($"{place}.identityFingerprint", "must begin with SHA256:, as ssh-add -l shows it");
        }
    }

    /// <summary>Line on which the last part of a dotted place begins, counted from 1; that of the part above it, when the file leaves it out.</summary>
    public static long LineOf(string json, string place)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var wanted = place.Split('.');
        var depthFound = 0;
        var line = 1L;
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth <= depthFound))
        {
            if (reader.TokenType == JsonTokenType.PropertyName
                && reader.CurrentDepth == depthFound + 1
                && reader.ValueTextEquals(wanted[depthFound]))
            {
                line = 1 + bytes.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n');
                if (++depthFound == wanted.Length)
                {
                    break;
                }
            }
        }

        return line;
    }
}

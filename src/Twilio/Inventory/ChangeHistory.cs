using System.Text.Json;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;
using TrunkBot.Twilio.Steps;

namespace TrunkBot.Twilio.Inventory;

/// <summary>
/// Who changed the objects of a trunk, of Twilio's Monitor events. They name the actor as a user (US…) or an account (AC…); of a change by API they do not
/// promise to tell which key it was (Twilio's OpenAPI description of monitor v1).
/// </summary>
internal sealed class ChangeHistory(TwilioSession session, OwnedTrunk owned)
{
    private const int Most = 50;

    /// <summary>With more objects than that all events of the account are read once, and picked from.</summary>
    private const int MostAsked = 20;

    /// <exception cref="TwilioException">It could not be read.</exception>
    public async Task<IReadOnlyList<ChangeSeen>> ReadAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var objects = await ObjectsAsync(cancellationToken);
        List<AuditEvent> events = [];
        if (objects.Count > MostAsked)
        {
            events.AddRange((await session.ListAsync(TwilioCalls.AuditEvents(since: since), cancellationToken)).Where(e => objects.ContainsKey(e.ResourceSid ?? "")));
        }
        else
        {
            foreach (var sid in objects.Keys.Order(StringComparer.Ordinal))
            {
                events.AddRange(await session.ListAsync(TwilioCalls.AuditEvents(sid, since), cancellationToken));
            }
        }

        return [.. events
            .Where(e => e.EventDate >= since && objects.ContainsKey(e.ResourceSid ?? ""))
            .DistinctBy(e => e.Sid)
            .OrderByDescending(e => e.EventDate) // Within a second Twilio's own order, newest first, stays.
            .Take(Most)
            .Select(e => new ChangeSeen(e.EventDate!.Value, Who(e), What(e, objects[e.ResourceSid!])))];
    }

    /// <summary>SID and name of each object: those of the facts, which may be gone by now, and those that the trunk has today.</summary>
    private async Task<Dictionary<string, string>> ObjectsAsync(CancellationToken cancellationToken)
    {
        var intent = owned.Intent;
        var own = new Belongings(intent, owned.Facts);
        var objects = new Dictionary<string, string>();
        Note(own.AdoptedTrunk ?? owned.Facts.GetValueOrDefault(TwilioFacts.TrunkSid), $"trunk {intent.DomainName}");
        Note(owned.Facts.GetValueOrDefault(TwilioFacts.AclSid), $"access control list {Ownership.AccessControlList(intent)}");
        Note(owned.Facts.GetValueOrDefault(TwilioFacts.OriginationSid), "origination URL of the trunk");
        foreach (var (sid, name) in own.AdoptedAcls)
        {
            Note(sid, $"access control list {name}");
        }

        foreach (var url in own.AdoptedUrls)
        {
            Note(url.Sid, $"origination URL {url.SipUrl}");
        }

        var read = await new StateReader(session, intent).ReadAsync(new(intent) { Owned = owned }, cancellationToken);
        foreach (var acl in read.Acls.Concat(read.Trunk?.Acls ?? []))
        {
            Note(acl.Sid, $"access control list {acl.FriendlyName}");
            foreach (var address in acl.Addresses)
            {
                Note(address.Sid, $"address {address.Range} of access control list {acl.FriendlyName}");
            }
        }

        Note(read.Trunk?.Sid, $"trunk {intent.DomainName}");
        foreach (var url in read.Trunk?.OriginationUrls ?? [])
        {
            Note(url.Sid, $"origination URL {url.SipUrl}");
        }

        foreach (var number in read.Numbers)
        {
            Note(number.Sid, $"number {number.Number}");
        }

        return objects;

        void Note(string? sid, string name)
        {
            if (!string.IsNullOrEmpty(sid))
            {
                objects.TryAdd(sid, TwilioError.OneLine(name));
            }
        }
    }

    private string Who(AuditEvent change)
    {
        var from = string.IsNullOrEmpty(change.SourceIpAddress) ? "" : $", from {TwilioError.OneLine(change.SourceIpAddress)}";
        var actor = TwilioError.OneLine(change.ActorSid ?? "");
        if (session.Site.ApiKeySid is { } key && actor == key)
        {
            return $"this bot's key ({key}){from}";
        }

        return actor == session.Site.AccountSid
            ? session.Site.ApiKeySid is null
                ? $"this bot's login, the account's auth token ({actor}){from}"
                : $"a login of the account ({actor}); Twilio does not tell whether it was this bot's key{from}"
            : $"{Kind(change)} {(actor.Length > 0 ? actor : "not told")}{from}";
    }

    private static string Kind(AuditEvent change) => (change.ActorType, change.Source) switch
    {
        ("user", _) or (_, "web") => "user in Twilio's Console,",
        (_, "twilio") => "Twilio itself,",
        ({ } type, _) when type.StartsWith("twilio", StringComparison.Ordinal) => "Twilio itself,",
        ({ Length: > 0 } type, _) => TwilioError.OneLine(type),
        _ => "actor",
    };

    private static string What(AuditEvent change, string name)
    {
        var told = TwilioError.OneLine(change.Description is { Length: > 0 } description ? description : change.EventType ?? "changed");
        return TwilioError.OneLine($"{name}: {told}{Values(change.EventData)}");
    }

    /// <summary>Each changed property with both values, where the event has them: <c>{"sip_url": {"previous": …, "updated": …}}</c>, or the same under resource_properties.</summary>
    private static string Values(JsonElement? data)
    {
        var properties = data.At("resource_properties") ?? data;
        if (properties is not { ValueKind: JsonValueKind.Object } found)
        {
            return "";
        }

        var changed = found.EnumerateObject()
            .Where(p => p.Value.ValueKind == JsonValueKind.Object && p.Value.TryGetProperty("updated", out _))
            .Select(p => $"{p.Name} {Text(p.Value, "previous")} -> {Text(p.Value, "updated")}")
            .ToList();
        return changed.Count == 0 ? "" : $" ({string.Join("; ", changed)})";

        static string Text(JsonElement value, string name) => !value.TryGetProperty(name, out var text) ? "not told" : text.ValueKind switch
        {
            JsonValueKind.Null => "not set",
            JsonValueKind.String => text.GetString() is { Length: > 0 } set ? set : "not set",
            _ => text.GetRawText(),
        };
    }
}

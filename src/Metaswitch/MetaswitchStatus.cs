using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch;

/// <summary>What the CFS says of a trunk's binding now.</summary>
public sealed class MetaswitchStatus(ShClient client, TimeProvider time, IOptions<MetaswitchOptions> options) : IStatusReader
{
    /// <summary>Twilio bans who sends OPTIONS faster than once in 10 to 15 s (published).</summary>
    private const int LeastPollingSeconds = 10;

    private const string Missing = "binding-missing";

    /// <summary>What is wrong with the whole server, and not with one binding.</summary>
    private static readonly string[] OfServer = ["cfs-unreachable", "cfs-no-answer", "cfs-login-refused", "cfs-certificate-refused"];

    private readonly SharedRead<ShObject?> kept = new(time);
    private readonly ConcurrentDictionary<string, (SystemFailureException Why, DateTimeOffset At)> down = new(StringComparer.Ordinal);

    public string System => MetaswitchSystem.SystemTitle;

    public string ElementOf(SiteProfile site) => site.Metaswitch.Element;

    public Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) =>
        ReadAsync(intent, site, async reader => Fields(intent, site, await reader.BaseAsync(cancellationToken)), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// Sh pulls one group of one binding: there is nothing to read for many at once. So the fields, which change only when somebody configures them, are kept, status and alarm are pulled at
    /// each look, and a server that does not answer one trunk is not asked by the others.
    /// </remarks>
    public async Task<IReadOnlyList<StatusLine>> WatchAsync(TrunkIntent intent, SiteProfile site, ReadAges ages, CancellationToken cancellationToken)
    {
        if (down.TryGetValue(ServerOf(site), out var last) && time.GetUtcNow() - last.At < ages.Shared)
        {
            return [Away($"Configured SIP Binding {intent.BindingName}", last.Why)];
        }

        // Where no other group is pulled, the fields are the only sign of life.
        var oldest = IsStatusPulled(site) || AreAlarmsPulled(site) ? ages.Kept : ages.Shared;
        return await ReadAsync(
            intent,
            site,
            async reader =>
            {
                var fields = Fields(intent, site, await KeptAsync(reader, oldest));
                return fields.All(f => f.State == HealthState.Ok) ? fields : Fields(intent, site, await KeptAsync(reader, ages.Shared));
            },
            cancellationToken);

        Task<ShObject?> KeptAsync(BindingReader reader, TimeSpan age) =>
            kept.GetAsync($"{ServerOf(site)} {site.Metaswitch.Element} {intent.BindingName}", age, () => reader.BaseAsync(CancellationToken.None), cancellationToken);
    }

    private static string ServerOf(SiteProfile site) => site.Metaswitch.Url.ToString();

    private static bool IsStatusPulled(SiteProfile site) => site.Metaswitch.StatusGroupProven || site.Metaswitch.ProbeBinding is not null;

    private static bool AreAlarmsPulled(SiteProfile site) => site.Metaswitch.AlarmsGroupProven || site.Metaswitch.ProbeBinding is not null;

    private static StatusLine Away(Sentence what, SystemFailureException why) => new(
        why.Code is BindingReader.SecretMissing or BindingReader.StatusGroupMissing ? HealthState.NotAvailable : HealthState.Failed, what, why.Said, why.Code, why.Fix) { IsOfSystem = true };

    private async Task<IReadOnlyList<StatusLine>> ReadAsync(
        TrunkIntent intent, SiteProfile site, Func<BindingReader, Task<IReadOnlyList<StatusLine>>> fields, CancellationToken cancellationToken)
    {
        Sentence what = $"Configured SIP Binding {intent.BindingName}";
        List<StatusLine> lines = [];
        try
        {
            var reader = new BindingReader(client, options.Value, intent.BindingName, site.Metaswitch, null);
            lines.AddRange(await fields(reader));
            if (lines is [{ Code: Missing }])
            {
                return lines;
            }

            lines.AddRange(await StatusAsync(what, reader, site, cancellationToken));
            lines.Add(await AlarmAsync(what, reader, site, cancellationToken));
        }
        catch (SystemFailureException e)
        {
            lines.Add(Away(what, e));
            if (OfServer.Contains(e.Code))
            {
                down[ServerOf(site)] = (e, time.GetUtcNow());
            }
        }

        return lines;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StatusLine>> ReadDeeperAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        try
        {
            // Two pulls that nobody of ours wrote between: when their numbers differ, somebody else did.
            var reader = new BindingReader(client, options.Value, intent.BindingName, site.Metaswitch, null);
            var before = await reader.BaseAsync(cancellationToken);
            var after = await reader.BaseAsync(cancellationToken);
            return before is null || after is null || before.SequenceNumber == after.SequenceNumber
                ? []
                : [new(HealthState.Attention, $"Configured SIP Binding {intent.BindingName}", $"its sequence number went from {before.SequenceNumber} to {after.SequenceNumber} while it was read", "binding-being-written", "Find out who writes it before anything is changed.")];
        }
        catch (SystemFailureException)
        {
            return [];
        }
    }

    /// <summary>What a difference of one field does to calls; of the others it is not known.</summary>
    private static string CodeOf(string element) => element switch
    {
        "SIPDomainName" => "binding-sip-domain-differs",
        "ContactDomainName" or "ContactAddressScheme" => "binding-contact-differs",
        "ProxyIPAddress" or "ProxyIPPort" => "binding-proxy-differs",
        "TransportProtocol" => "binding-transport-differs",
        "MediaGatewayModel" => "binding-model-differs",
        "PollPeerDevice" => "binding-not-polled",
        _ => "binding-drifted",
    };

    private IReadOnlyList<StatusLine> Fields(TrunkIntent intent, SiteProfile site, ShObject? binding)
    {
        Sentence what = $"Configured SIP Binding {intent.BindingName}";
        return binding is null ? [new(HealthState.Failed, what, "does not exist", Missing, "Provision the trunk, or create the binding.")] : [.. Fields(what, binding, intent, site)];
    }

    private IEnumerable<StatusLine> Fields(Sentence what, ShObject binding, TrunkIntent intent, SiteProfile site)
    {
        var tooFrequent = int.TryParse(binding["PollingInterval"], out var interval) && interval < LeastPollingSeconds
            && binding["PollPeerDevice"] is { } polled && BindingFields.SameValue(polled, "True");
        if (tooFrequent)
        {
            yield return new(HealthState.Failed, $"{what}: Polling interval", $"{interval} s; Twilio bans who asks faster than once in 10 to 15 s", "options-too-frequent", "Set Polling interval to 30 s or more, and wait until the ban is over.");
        }

        var differences = BindingFields.Compare(BindingFields.Intended(intent, site.Metaswitch, options.Value.Binding), binding.Fields);
        if (differences.Count == 0)
        {
            yield return new(HealthState.Ok, what, "exists, fields as intended");
        }

        foreach (var alike in differences.Where(d => !(tooFrequent && d.Element == "PollingInterval")).GroupBy(d => CodeOf(d.Element)))
        {
            yield return new(HealthState.Attention, what, $"{string.Join("; ", alike)}", alike.Key, "Restore the fields in MetaView Explorer, or plan the change again.");
        }
    }

    private async Task<IReadOnlyList<StatusLine>> StatusAsync(Sentence what, BindingReader reader, SiteProfile site, CancellationToken cancellationToken)
    {
        if (!IsStatusPulled(site))
        {
            return [new(HealthState.NotAvailable, $"{what}: status", "not proven to be readable on this switch (statusGroupProven)")];
        }

        var group = await reader.StatusAsync(cancellationToken);
        var requested = group?[BindingFields.RequestedStatus];
        var actual = group?[BindingFields.ActualStatus];
        List<StatusLine> lines =
        [
            requested is null ? new(HealthState.NotAvailable, $"{what}: requested status", "not returned by the switch")
            : options.Value.Binding.IsInService(requested) ? new(HealthState.Ok, $"{what}: requested status", $"{requested}")
            : new(HealthState.Failed, $"{what}: requested status", $"{requested}", "binding-disabled", "Enable the binding."),
        ];
        lines.Add(actual switch
        {
            null => new(HealthState.NotAvailable, $"{what}: actual status", "not returned by the switch"),
            _ when Is(actual, "Active") => new(HealthState.Ok, $"{what}: actual status", $"{actual}"),
            _ when Is(actual, "Activating") || Is(actual, "Loading config") || Is(actual, "Enabled") || Is(actual, "Quiescing") =>
                new(HealthState.Attention, $"{what}: actual status", $"{actual}", "binding-not-active", "Wait; if it stays, look at the binding's alarm."),
            _ when Is(actual, "Unknown") || Is(actual, "Not Applicable") => new(HealthState.NotAvailable, $"{what}: actual status", $"{actual}"),
            _ => new(HealthState.Failed, $"{what}: actual status", $"{actual}", "binding-not-active", "Look at the binding's alarm and its parent objects."),
        });
        return lines;
    }

    private static async Task<StatusLine> AlarmAsync(Sentence what, BindingReader reader, SiteProfile site, CancellationToken cancellationToken)
    {
        if (!AreAlarmsPulled(site))
        {
            return new(HealthState.NotAvailable, $"{what}: alarm", "not proven to be readable on this switch (alarmsGroupProven)");
        }

        return (await reader.AlarmsAsync(cancellationToken))?[BindingFields.AlarmState] switch
        {
            null => new(HealthState.NotAvailable, $"{what}: alarm", "not returned by the switch"),
            var state when Is(state, "Clear") => new(HealthState.Ok, $"{what}: alarm", $"{state}"),
            var state when Is(state, "Attend to dependent") =>
                new(HealthState.Attention, $"{what}: alarm", $"{state}", "binding-dependent-alarm", "Something below the binding is in alarm; look there."),
            var state => new(HealthState.Failed, $"{what}: alarm", $"{state}", "binding-in-alarm",
                "OPTIONS are not answered. Check in this order: whitelist, adjacency active, contact against signaling-peer, DNS answer inside the adjacency's range, Twilio's access control list."),
        };
    }

    private static bool Is(string one, string other) => BindingFields.SameValue(one, other);
}

using Microsoft.Extensions.Options;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch;

/// <summary>What the CFS says of a trunk's binding now.</summary>
public sealed class MetaswitchStatus(ShClient client, IOptions<MetaswitchOptions> options) : IStatusReader
{
    /// <summary>Twilio bans who sends OPTIONS faster than once in 10 to 15 s (published).</summary>
    private const int LeastPollingSeconds = 10;

    public string System => MetaswitchSystem.SystemTitle;

    public string ElementOf(SiteProfile site) => site.Metaswitch.Element;

    public async Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        var what = $"Configured SIP Binding {intent.BindingName}";
        List<StatusLine> lines = [];
        try
        {
            var reader = new BindingReader(client, options.Value, intent.BindingName, site.Metaswitch, null);
            if (await reader.BaseAsync(cancellationToken) is not { } binding)
            {
                return [new(HealthState.Failed, what, "does not exist", "binding-missing", "Provision the trunk, or create the binding.")];
            }

            lines.AddRange(Fields(what, binding, intent, site));
            lines.AddRange(await StatusAsync(what, reader, site, cancellationToken));
            lines.Add(await AlarmAsync(what, reader, site, cancellationToken));
        }
        catch (SystemFailureException e)
        {
            var state = e.Code is BindingReader.SecretMissing or BindingReader.StatusGroupMissing ? HealthState.NotAvailable : HealthState.Failed;
            lines.Add(new(state, what, e.Message, e.Code, e.Fix) { IsOfSystem = true });
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

    private IEnumerable<StatusLine> Fields(string what, ShObject binding, TrunkIntent intent, SiteProfile site)
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
            yield return new(HealthState.Attention, what, string.Join("; ", alike), alike.Key, "Restore the fields in MetaView Explorer, or plan the change again.");
        }
    }

    private async Task<IReadOnlyList<StatusLine>> StatusAsync(string what, BindingReader reader, SiteProfile site, CancellationToken cancellationToken)
    {
        if (!site.Metaswitch.StatusGroupProven && site.Metaswitch.ProbeBinding is null)
        {
            return [new(HealthState.NotAvailable, $"{what}: status", "not proven to be readable on this switch (statusGroupProven)")];
        }

        var group = await reader.StatusAsync(cancellationToken);
        var requested = group?[BindingFields.RequestedStatus];
        var actual = group?[BindingFields.ActualStatus];
        List<StatusLine> lines =
        [
            requested is null ? new(HealthState.NotAvailable, $"{what}: requested status", "not returned by the switch")
            : options.Value.Binding.IsInService(requested) ? new(HealthState.Ok, $"{what}: requested status", requested)
            : new(HealthState.Failed, $"{what}: requested status", requested, "binding-disabled", "Enable the binding."),
        ];
        lines.Add(actual switch
        {
            null => new(HealthState.NotAvailable, $"{what}: actual status", "not returned by the switch"),
            _ when Is(actual, "Active") => new(HealthState.Ok, $"{what}: actual status", actual),
            _ when Is(actual, "Activating") || Is(actual, "Loading config") || Is(actual, "Enabled") || Is(actual, "Quiescing") =>
                new(HealthState.Attention, $"{what}: actual status", actual, "binding-not-active", "Wait; if it stays, look at the binding's alarm."),
            _ when Is(actual, "Unknown") || Is(actual, "Not Applicable") => new(HealthState.NotAvailable, $"{what}: actual status", actual),
            _ => new(HealthState.Failed, $"{what}: actual status", actual, "binding-not-active", "Look at the binding's alarm and its parent objects."),
        });
        return lines;
    }

    private static async Task<StatusLine> AlarmAsync(string what, BindingReader reader, SiteProfile site, CancellationToken cancellationToken)
    {
        if (!site.Metaswitch.AlarmsGroupProven && site.Metaswitch.ProbeBinding is null)
        {
            return new(HealthState.NotAvailable, $"{what}: alarm", "not proven to be readable on this switch (alarmsGroupProven)");
        }

        return (await reader.AlarmsAsync(cancellationToken))?[BindingFields.AlarmState] switch
        {
            null => new(HealthState.NotAvailable, $"{what}: alarm", "not returned by the switch"),
            var state when Is(state, "Clear") => new(HealthState.Ok, $"{what}: alarm", state),
            var state when Is(state, "Attend to dependent") =>
                new(HealthState.Attention, $"{what}: alarm", state, "binding-dependent-alarm", "Something below the binding is in alarm; look there."),
            var state => new(HealthState.Failed, $"{what}: alarm", state, "binding-in-alarm",
                "OPTIONS are not answered. Check in this order: whitelist, adjacency active, contact against signaling-peer, DNS answer inside the adjacency's range, Twilio's access control list."),
        };
    }

    private static bool Is(string one, string other) => BindingFields.SameValue(one, other);
}

using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Bindings;

/// <summary>Pulls the groups of one binding.</summary>
internal sealed class BindingReader(ShClient client, MetaswitchOptions options, string binding, MetaswitchSite site, Action<WireExchange>? record)
{
    public const string SecretMissing = "secret-not-configured";
    public const string StatusGroupMissing = "cfs-status-group-missing";
    public const string StatusGroupFix = "Set statusGroupProven to false in the site profile: enabling becomes a worksheet.";

    private const string AlarmsGroupFix = "Set alarmsGroupProven to false in the site profile: alarms are then \"not available\".";

    /// <summary>The base group; null when the binding does not exist.</summary>
    /// <exception cref="SystemFailureException">It could not be read.</exception>
    public Task<ShObject?> BaseAsync(CancellationToken cancellationToken) =>
        PullAsync(BindingFields.ServiceIndication, $"read binding {binding}", cancellationToken);

    /// <summary>The status group; null when the switch returns none.</summary>
    /// <exception cref="SystemFailureException">It could not be read.</exception>
    public Task<ShObject?> StatusAsync(CancellationToken cancellationToken) =>
        PullAsync(BindingFields.StatusIndication, $"read the status of binding {binding}", cancellationToken);

    /// <summary>The alarms group; null when the switch returns none.</summary>
    /// <exception cref="SystemFailureException">It could not be read.</exception>
    public Task<ShObject?> AlarmsAsync(CancellationToken cancellationToken) =>
        PullAsync(BindingFields.AlarmsIndication, $"read the alarms of binding {binding}", cancellationToken);

    private async Task<ShObject?> PullAsync(string indication, Sentence doing, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.PullAsync(site, new BindingUpdates(site, binding).Identity, indication, record, cancellationToken);
            return answer.Outcome switch
            {
                ShOutcome.Success => answer.Data,
                ShOutcome.Absent => null,

                // That these two groups answer is not published: a refusal is about the group, not about a field.
                ShOutcome.Refused when indication != BindingFields.ServiceIndication => throw new SystemFailureException(
                    StatusGroupMissing,
                    ShTrouble.Of(answer, doing, options).Sentence,
                    indication == BindingFields.StatusIndication ? (Sentence)StatusGroupFix : AlarmsGroupFix),
                _ => throw ShTrouble.Of(answer, doing, options).ToException(),
            };
        }
        catch (FormatException e)
        {
            throw new SystemFailureException("cfs-identity-template", $"{e.Message}", "Correct metaswitch.bindingIdentity in the site profile.", e);
        }
        catch (SecretNotFoundException e)
        {
            throw new SystemFailureException(SecretMissing, e.Said, "Configure the secret.", e);
        }
    }
}

using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.MetaView;

/// <summary>What a person sees in MetaView Explorer, for the control page: never a password.</summary>
internal sealed class CfsConsole(CfsStore store, ShService service)
{
    public CfsOverview Read()
    {
        var objects = store.Objects;
        return new CfsOverview(
            [.. objects.Bindings.Select(Overview)],
            objects.MediaGatewayModels,
            objects.SipTrunks,
            objects.Translations,
            [.. store.Read().Subscribers.Select(subscriber => subscriber.DirectoryNumber)]);
    }

    private BindingOverview Overview(StoredBinding binding)
    {
        var (state, reason) = service.Alarm(binding);
        return new BindingOverview(binding.Name, binding.RequestedStatus, state, reason, binding.SequenceNumber, binding.StatusSequenceNumber, binding.Fields);
    }
}

/// <summary>All objects of the call server as the control page shows them.</summary>
internal sealed record CfsOverview(
    IReadOnlyList<BindingOverview> Bindings,
    IReadOnlyList<CfsMediaGatewayModel> Rmgm,
    IReadOnlyList<CfsSipTrunk> SipTrunks,
    IReadOnlyList<CfsTranslation> Translations,
    IReadOnlyList<string> Subscribers);

/// <param name="AlarmReason">One sentence: why the alarm is raised or clear.</param>
internal sealed record BindingOverview(
    string Name,
    string RequestedStatus,
    string AlarmState,
    string AlarmReason,
    int SequenceNumber,
    int StatusSequenceNumber,
    IReadOnlyDictionary<string, string> Fields);

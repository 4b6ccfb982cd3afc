using System.Text.Json;
using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.MetaView;

/// <summary>The call server's objects on disk (<c>metaview/state.json</c>); one change at a time.</summary>
internal sealed class CfsStore : ICfsView
{
    /// <summary>The on-switch subscriber with whose telephone test calls are made.</summary>
    public const string SubscriberNumber = "3035550100";

    /// <summary>Another number that leads to the same telephone: a number of the lab's Twilio account, for calls that come in.</summary>
    public const string SecondNumber = "3035550188";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly string _subscriberPassword;
    private CfsObjects _objects;

    public CfsStore(string dataDirectory, LabSecrets secrets)
    {
        _path = Path.Combine(dataDirectory, "metaview", "state.json");
        _subscriberPassword = secrets[LabSecrets.Subscriber];
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        _objects = File.Exists(_path) ? JsonSerializer.Deserialize<CfsObjects>(File.ReadAllText(_path), Json)! : CfsObjects.Initial;
    }

    public CfsObjects Objects
    {
        get
        {
            lock (_lock)
            {
                return _objects;
            }
        }
    }

    /// <summary>Makes one change and writes it before anyone sees it.</summary>
    /// <param name="change">Gets the objects as they are; returns them as they shall be, and what to tell the caller.</param>
    public T Change<T>(Func<CfsObjects, (CfsObjects After, T Result)> change)
    {
        lock (_lock)
        {
            var (after, result) = change(_objects);
            if (!ReferenceEquals(after, _objects))
            {
                ExclusiveFile.Replace(_path, JsonSerializer.Serialize(after, Json));
                _objects = after;
            }

            return result;
        }
    }

    public CfsState Read()
    {
        var objects = Objects;
        return new CfsState(
            [.. objects.Bindings.Select(View)],
            objects.MediaGatewayModels,
            objects.SipTrunks,
            objects.Translations,
            [new CfsSubscriber(SubscriberNumber, SubscriberNumber, _subscriberPassword), new CfsSubscriber(SecondNumber, SubscriberNumber, _subscriberPassword)]);
    }

    // The schema holds values of these fields in every stored binding: mandatory, or with a default.
    private static CfsBinding View(StoredBinding binding) => new(
        binding.Name,
        binding.IsEnabled,
        binding.Fields["SIPDomainName"],
        binding.Fields["ContactAddressScheme"],
        binding.Fields["ContactDomainName"],
        binding.Fields["ProxyIPAddress"],
        int.Parse(binding.Fields["ProxyIPPort"]),
        binding.Fields["TransportProtocol"],
        binding.Fields["MediaGatewayModel"],
        binding["UseDNForIdentification"] == "True",
        binding["PollPeerDevice"] == "True",
        binding["PollingInterval"] is { } interval ? int.Parse(interval) : null);
}

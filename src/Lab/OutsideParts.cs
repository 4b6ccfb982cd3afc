using TrunkBot.Lab.Switch;
using TrunkBot.Lab.Twilio;

namespace TrunkBot.Lab;

/// <summary>The simulated Twilio account, as a part of the lab.</summary>
public static class TwilioPart
{
    public const string Name = "twilio";

    /// <summary>The lab's one account; no real one has such digits.</summary>
    public const string AccountSid = "AC00000000000000000000000000001ab0";

    /// <summary>The user name of the API key; its secret is <c>lab-twilio</c>.</summary>
    public const string ApiKeySid = "SK00000000000000000000000000001ab0";

    public static LabPart Part { get; } = new(Name, StartAsync);

    private static async Task<IAsyncDisposable> StartAsync(LabContext context, CancellationToken cancellationToken)
    {
        var twilio = await TwilioServer.StartAsync(
            new TwilioServerOptions
            {
                Port = context.Options.TwilioPort,
                DatabasePath = Path.Combine(context.Options.DataDirectory, "twilio.db"),
                AccountSid = AccountSid,
                ApiKeySid = ApiKeySid,
                ApiKeySecret = context.Secrets[LabSecrets.Twilio],
                TimeProvider = context.Options.TimeProvider,
                Conditions = context.Conditions,
                Bring = (offer, progress) => context.Bring?.Invoke(offer, progress),
            },
            cancellationToken);
        context.Twilio = twilio;
        context.CallEnded = twilio.Take;
        context.Ports[Name] = twilio.Port;
        context.Resets.Add(async cancelled =>
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            using var answer = await http.PostAsync(new Uri(twilio.BaseAddress, "/lab/reset"), null, cancelled);
            answer.EnsureSuccessStatusCode();
        });
        return twilio;
    }
}

/// <summary>The SIP switch between the three systems, as a part of the lab.</summary>
public static class SwitchPart
{
    public const string Name = "sip";

    public static LabPart Part { get; } = new(Name, StartAsync);

    private static async Task<IAsyncDisposable> StartAsync(LabContext context, CancellationToken cancellationToken)
    {
        if (context is not { Sbc: { } sbc, Cfs: { } cfs, Twilio: { } twilio })
        {
            throw new LabException("the switch needs the parts perimeta, metaview and twilio before it");
        }

        var sip = await SipSwitch.StartAsync(
            new SipSwitchOptions { Port = context.Options.SipPort, Sbc = sbc, Cfs = cfs, Twilio = twilio, TimeProvider = context.Options.TimeProvider, LongestCall = context.Options.LongestCall, Conditions = context.Conditions, Ended = context.CallEnded },
            cancellationToken);
        context.CallPath = sip;
        context.Calls = () => sip.Calls;
        context.Bring = sip.Bring;
        context.Ports[Name] = sip.Port;
        return sip;
    }
}

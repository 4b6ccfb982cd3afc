using TrunkBot.Lab.Control;
using TrunkBot.Lab.MetaView;
using TrunkBot.Lab.Perimeta.Login;
using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab;

/// <summary>What the parts of the lab know of each other; each part fills in what it offers when it starts.</summary>
public sealed class LabContext(LabOptions options, LabSecrets secrets)
{
    public LabOptions Options { get; } = options;

    public LabSecrets Secrets { get; } = secrets;

    /// <summary>The disturbances that are switched on; on disk, since logins at the SBC are processes of their own.</summary>
    internal Faults Faults { get; } = new(options.DataDirectory);

    /// <summary>The text of a lasting disturbance of the world or a system; null when it is off.</summary>
    internal Func<string, string?> Conditions => Faults.Lasting;

    public ISbcView? Sbc { get; set; }

    public ICfsView? Cfs { get; set; }

    public ITwilioView? Twilio { get; set; }

    /// <summary>Null until the switch runs: bindings are then in alarm, since nothing answers OPTIONS.</summary>
    public ICallPath? CallPath { get; set; }

    /// <summary>What the switch was asked and how it judged, oldest first; empty until the switch runs.</summary>
    internal Func<IReadOnlyList<Switch.Calls.CallRecord>> Calls { get; set; } = () => [];

    /// <summary>Brings a call of Twilio to the switch; null until the switch runs.</summary>
    internal Action<Switch.Calls.InboundOffer, Action<Switch.Calls.InboundProgress>>? Bring { get; set; }

    /// <summary>Told of every call that the switch handled, when it is over.</summary>
    internal Action<Switch.Calls.CallRecord?> CallEnded { get; set; } = static _ => { };

    /// <summary>Null until the MetaView part runs.</summary>
    internal ManualWork? ManualWork { get; set; }

    /// <summary>Null until the MetaView part runs.</summary>
    internal CfsStore? CfsStore { get; set; }

    /// <summary>The SBC's door; null until the Perimeta part runs.</summary>
    internal SbcDoor? Door { get; set; }

    /// <summary>Null until the MetaView part runs.</summary>
    internal CfsConsole? Console { get; set; }

    /// <summary>Null until the MetaView part runs.</summary>
    internal UpdateLog? MetaViewLog { get; set; }

    /// <summary>The ports that are really bound, by the name of the part.</summary>
    public Dictionary<string, int> Ports { get; } = new(StringComparer.Ordinal);

    /// <summary>What puts each part back to its first state, in the order in which the parts started.</summary>
    public List<Func<CancellationToken, ValueTask>> Resets { get; } = [];
}

/// <summary>One part of the lab: its name, and how it is started. What it returns is disposed of when the lab stops.</summary>
public sealed record LabPart(string Name, Func<LabContext, CancellationToken, Task<IAsyncDisposable>> StartAsync);

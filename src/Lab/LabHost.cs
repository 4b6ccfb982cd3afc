using TrunkBot.Lab.Control;
using TrunkBot.Lab.MetaView;
using TrunkBot.Lab.Perimeta;

namespace TrunkBot.Lab;

/// <summary>The running lab: every part started in order, stopped in reverse.</summary>
public sealed class LabHost : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _running = new();

    private LabHost(LabContext context) => Context = context;

    public LabContext Context { get; }

    /// <summary>127.0.0.1; user <c>defcraft</c>.</summary>
    public int SshPort => Context.Ports[PerimetaServer.PartName];

    /// <summary>127.0.0.1; both Sh endpoints.</summary>
    public int MetaViewPort => Context.Ports[MetaViewServer.PartName];

    /// <summary>127.0.0.1; the page and the API of the person who does the manual work.</summary>
    public int ControlPort => Context.Ports[ControlServer.PartName];

    /// <summary>127.0.0.1; Twilio's REST, trunking and api hosts in one.</summary>
    public int TwilioPort => Context.Ports[TwilioPart.Name];

    /// <summary>127.0.0.1; SIP over UDP and TCP.</summary>
    public int SipPort => Context.Ports[SwitchPart.Name];

    /// <summary>127.0.0.1; DNS over UDP.</summary>
    public int DnsPort => Context.Ports[Dns.DnsServer.Part.Name];

    /// <summary>The parts in the order in which they need each other; the control page comes last since it shows all others.</summary>
    public static IReadOnlyList<LabPart> AllParts { get; } =
    [
        PerimetaServer.Part,
        MetaViewServer.Part,
        TwilioPart.Part,
        SwitchPart.Part,
        Dns.DnsServer.Part,
        ControlServer.Part,
    ];

    /// <summary>Starts every part.</summary>
    /// <exception cref="LabException">A part cannot run here; the message says why and what to install or change.</exception>
    public static Task<LabHost> StartAsync(LabOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(options, AllParts, cancellationToken);

    /// <summary>Starts the given parts only: for tests of one of them.</summary>
    public static async Task<LabHost> StartAsync(LabOptions options, IReadOnlyList<LabPart> parts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(parts);
        var absolute = options with { DataDirectory = Path.GetFullPath(options.DataDirectory) };
        Directory.CreateDirectory(absolute.DataDirectory);
        var alone = TakeFolder(absolute.DataDirectory);
        LabHost host;
        try
        {
            host = new LabHost(new LabContext(absolute, LabSecrets.Open(absolute.DataDirectory)));
        }
        catch
        {
            await alone.DisposeAsync();
            throw;
        }

        host._running.Push(alone);
        try
        {
            foreach (var part in parts)
            {
                host._running.Push(await part.StartAsync(host.Context, cancellationToken));
            }

            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>One lab a folder: a second one would take the first one's sshd for a leftover and end it. The operating system gives the lock back when its process dies.</summary>
    private static FileStream TakeFolder(string directory)
    {
        var path = Path.Combine(directory, "lab.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new LabException($"another lab already works in {directory}. End it, or give this one a folder of its own with --data", e) { Code = "lab-already-runs" };
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_running.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }
}

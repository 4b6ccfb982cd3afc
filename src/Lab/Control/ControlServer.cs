using System.Text.Json;
using TrunkBot.Lab.Causes;
using TrunkBot.Lab.MetaView;
using TrunkBot.Lab.Perimeta.Cli;

namespace TrunkBot.Lab.Control;

/// <summary>
/// The page and the API with which a person, or a script that plays one, does the manual work, switches faults on and reads what
/// the SBC was sent. Loopback only, and only for pages of its own.
/// </summary>
public static class ControlServer
{
    public const string PartName = "control";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static LabPart Part { get; } = new(PartName, StartAsync);

    private static async Task<IAsyncDisposable> StartAsync(LabContext context, CancellationToken cancellationToken)
    {
        if (context is not { ManualWork: { } work, Console: { } console, Sbc: { } sbc })
        {
            throw new LabException("the control page needs the parts perimeta and metaview before it");
        }

        var directory = context.Options.DataDirectory;
        var faults = context.Faults;
        var app = LoopbackServer.Build(context.Options.ControlPort);
        app.Use(OriginGate.CheckAsync);
        app.MapGet("/", http => WriteAsync(http, 200, "text/html; charset=utf-8", ControlPage.Render(console.Read(), sbc.Read(), faults.All())));
        app.MapGet("/api/state", http => WriteJsonAsync(http, 200, new
        {
            Cfs = console.Read(),
            Sbc = Overview(sbc.Read()),
            Twilio = Overview(context.Twilio?.Read()),
            Faults = faults.All(),
            context.Ports,
        }));
        app.MapGet("/api/calls", http => WriteJsonAsync(http, 200, context.Calls().Select(CallOverview)));
        app.MapGet("/api/metaview-log", http => WriteJsonAsync(http, 200, context.MetaViewLog?.Updates ?? []));
        app.MapGet("/api/perimeta/session-log", http => WriteAsync(http, 200, "application/json", SessionLogAsArray(directory)));

        app.MapPost("/api/rmgm", http => WorkAsync(http, form => work.SetModel(form.Text("name"), form.Flag("useE164Numbers"))));
        app.MapPost("/api/sip-trunks", http => WorkAsync(http, form => work.SetTrunk(form.Text("name"), form.Text("configuredSipBinding"), form.Flag("enabled"))));
        app.MapPost("/api/translations", http => WorkAsync(http, form => work.SetTranslation(form.Text("table"), form.Text("dialedNumber"), form.Text("sipTrunk"))));
        app.MapDelete("/api/rmgm/{name}", http => WorkAsync(http, form => work.RemoveModel(form.Text("name"))));
        app.MapDelete("/api/sip-trunks/{name}", http => WorkAsync(http, form => work.RemoveTrunk(form.Text("name"))));
        app.MapDelete("/api/translations/{table}/{dialedNumber}", http => WorkAsync(http, form => work.RemoveTranslation(form.Text("table"), form.Text("dialedNumber"))));

        // A plain form cannot send DELETE.
        app.MapPost("/api/rmgm/remove", http => WorkAsync(http, form => work.RemoveModel(form.Text("name"))));
        app.MapPost("/api/sip-trunks/remove", http => WorkAsync(http, form => work.RemoveTrunk(form.Text("name"))));
        app.MapPost("/api/translations/remove", http => WorkAsync(http, form => work.RemoveTranslation(form.Text("table"), form.Text("dialedNumber"))));

        app.MapPost("/api/faults", http => WorkAsync(http, form => AddFault(faults, form)));
        app.MapDelete("/api/faults", http => WorkAsync(http, _ => ClearFaults(faults)));
        app.MapPost("/api/faults/clear", http => WorkAsync(http, _ => ClearFaults(faults)));
        var breaking = new Breaking(context);
        app.Lifetime.ApplicationStopped.Register(breaking.Dispose);
        app.MapGet("/api/causes", http => WriteJsonAsync(http, 200, Breaking.All.Select(cause => new { cause.Name, cause.What, Broken = breaking.Broken.Contains(cause.Name) })));
        app.MapPost("/api/causes", http => WorkLongAsync(http, Break));
        app.MapDelete("/api/causes", http => WorkLongAsync(http, Heal));
        app.MapPost("/api/reset", async http =>
        {
            await breaking.HealAsync(http.RequestAborted);
            faults.Clear();
            foreach (var reset in context.Resets)
            {
                await reset(http.RequestAborted);
            }

            await WorkAsync(http, _ => null);
        });

        await app.StartAsync(cancellationToken);
        context.Ports[PartName] = LoopbackServer.Port(app);
        return app;

        // Not under the caller's token: half a cause would be another one.
        async Task<WorkRefusal?> Break(WorkForm form)
        {
            try
            {
                await breaking.BreakAsync(form.Text("name"), form.Text("trunk"), CancellationToken.None);
                return null;
            }
            catch (LabException e)
            {
                return new WorkRefusal(e.Code, e.Message);
            }
        }

        async Task<WorkRefusal?> Heal(WorkForm form)
        {
            await breaking.HealAsync(CancellationToken.None);
            return null;
        }
    }

    private static object CallOverview(Switch.Calls.CallRecord call) => new
    {
        call.Method,
        call.Caller,
        call.Target,
        call.At,
        call.FinalStatus,
        call.EndedBy,
        call.PacketsReceived,
        call.PacketsSent,
        call.PacketsRecorded,
    };

    private static WorkRefusal? AddFault(Faults faults, WorkForm form)
    {
        var fault = new Fault(form.Text("kind"), form.Text("text"));
        if (!Faults.Kinds.ContainsKey(fault.Kind))
        {
            return new WorkRefusal("lab-unknown-fault", $"Choose one of: {string.Join(", ", Faults.Kinds.Keys)}.");
        }

        faults.Add(fault);
        return null;
    }

    private static WorkRefusal? ClearFaults(Faults faults)
    {
        faults.Clear();
        return null;
    }

    private static Task WorkAsync(HttpContext http, Func<WorkForm, WorkRefusal?> work) => WorkLongAsync(http, form => Task.FromResult(work(form)));

    private static async Task WorkLongAsync(HttpContext http, Func<WorkForm, Task<WorkRefusal?>> work)
    {
        if (await WorkForm.ReadAsync(http.Request) is not { } form)
        {
            await WriteJsonAsync(http, 400, new WorkRefusal("lab-bad-request", "Send a JSON object or a form."));
        }
        else if (await work(form) is { } refusal)
        {
            await WriteJsonAsync(http, 409, refusal);
        }
        else if (form.FromPage)
        {
            http.Response.Redirect("/");
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
        }
        else
        {
            await WriteJsonAsync(http, 200, new { Code = "done" });
        }
    }

    private static object Overview(Switch.SbcState state) => new
    {
        Adjacencies = state.Adjacencies.Select(adjacency => new
        {
            adjacency.Name,
            adjacency.Active,
            adjacency.Realm,
            adjacency.ServiceAddress,
            adjacency.LocalPort,
            RemoteRanges = adjacency.RemoteRanges.Select(range => range.ToString()),
            adjacency.SignalingPeer,
            adjacency.SignalingPeerPort,
        }),
        Permits = state.Permits.Select(permit => new { permit.ServiceNetwork, Address = permit.Address.ToString() }),
        ServiceAddresses = state.ServiceAddresses.Select(address => new { address.Label, address.ServiceNetwork, Local = address.Local.ToString() }),
        state.Realms,
    };

    private static object Overview(Switch.TwilioState? state) => new
    {
        Trunks = (state?.Trunks ?? []).Select(trunk => new
        {
            trunk.Sid,
            trunk.DomainName,
            trunk.Secure,
            trunk.SymmetricRtp,
            AllowedSources = trunk.AllowedSources.Select(source => source.ToString()),
            trunk.HasAccessControlList,
            trunk.HasCredentialList,
        }),
    };

    // The log is one JSON object a line; sessions append to it meanwhile, so an unfinished last line is left out.
    private static string SessionLogAsArray(string directory)
    {
        var path = SessionLog.PathIn(directory);
        if (!File.Exists(path))
        {
            return "[]";
        }

        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var lines = reader.ReadToEnd().Split('\n').SkipLast(1);
        return $"[{string.Join(',', lines)}]";
    }

    private static Task WriteJsonAsync<T>(HttpContext http, int status, T value) =>
        WriteAsync(http, status, "application/json", JsonSerializer.Serialize(value, Json));

    private static Task WriteAsync(HttpContext http, int status, string type, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrunkBot.Slack.Tests.WebApi;

/// <summary>One call as it arrived.</summary>
/// <param name="Arguments">From JSON, or from a form whose arrays and objects are JSON.</param>
internal sealed record Call(string Method, JsonObject Arguments, string? Authorization, string ContentType)
{
    public string? Token => Authorization?.StartsWith("Bearer ", StringComparison.Ordinal) is true ? Authorization["Bearer ".Length..] : null;
}

/// <summary>
/// A <b>simulated</b> Slack: its Web API on a loopback port, by Slack's reference, never seen beside the real one. It takes JSON and forms, knows
/// messages, files and tokens, and answers one call otherwise where a test says so. <see cref="WebApiPeerTests"/> has Slack's own client speak to it.
/// </summary>
internal sealed class SimulatedWebApi : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, JsonObject> messages = new();
    private readonly ConcurrentDictionary<string, (int Length, byte[]? Content)> files = new();
    private readonly ConcurrentDictionary<string, byte> usedRefreshTokens = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpContext, Task<bool>>>> special = new();
    private int ts;
    private int fileNumber;
    private int issued;

    private SimulatedWebApi()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/api/{method}", CallAsync);
        app.MapPost("/upload/{id}", UploadAsync);
    }

    /// <summary>Base of the Web API.</summary>
    public string Url { get; private set; } = "";

    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>Tokens that are taken; others are <c>invalid_auth</c>.</summary>
    public ConcurrentDictionary<string, byte> Tokens { get; } = new([new("xoxb-fixed", 0), new("xapp-fixed", 0)]);

    /// <summary>Tokens that were taken and are too old now.</summary>
    public ConcurrentDictionary<string, byte> Expired { get; } = new();

    /// <summary>What oauth.v2.access says about the workspace.</summary>
    public Func<JsonObject> Grant { get; set; } = () => new()
    {
        ["team"] = new JsonObject { ["id"] = "T1", ["name"] = "Voice Ops" },
        ["enterprise"] = null,
        ["is_enterprise_install"] = false,
        ["scope"] = "app_mentions:read,channels:read,chat:write,commands,files:write,groups:read,im:history,im:write,users:read",
    };

    /// <summary>Seconds that granted tokens live; null: they do not rotate.</summary>
    public int? LifetimeSeconds { get; set; } = 43200;

    /// <summary>Where files are to be brought; null: here.</summary>
    public string? UploadUrl { get; set; }

    public IReadOnlyDictionary<string, JsonObject> Messages => messages;

    /// <summary>Content of every file that was shared, by id.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => files.Where(f => f.Value.Content is not null).ToDictionary(f => f.Key, f => f.Value.Content!);

    public ConcurrentQueue<string?> UploadAuthorizations { get; } = new();

    public static async Task<SimulatedWebApi> StartAsync()
    {
        var api = new SimulatedWebApi();
        await api.app.StartAsync();
        api.Url = api.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/api/";
        return api;
    }

    public IReadOnlyList<Call> Of(string method) => [.. Calls.Where(c => c.Method == method)];

    /// <summary>The next call of a method is answered so.</summary>
    public void Next(string method, IResult answer) => Next(method, async context =>
    {
        await answer.ExecuteAsync(context);
        return true;
    });

    /// <summary>The next call of a method is refused so.</summary>
    public void Refuse(string method, string error, JsonObject? more = null)
    {
        var answer = more ?? [];
        answer["ok"] = false;
        answer["error"] = error;
        Next(method, Results.Json(answer));
    }

    /// <summary>The next call of a method: true when it has been answered, false when it is to be answered as ever.</summary>
    public void Next(string method, Func<HttpContext, Task<bool>> answer) => special.GetOrAdd(method, _ => new()).Enqueue(answer);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task CallAsync(HttpContext context, string method)
    {
        var type = context.Request.ContentType ?? "";
        var arguments = type.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) ? await FormAsync(context)
            : type.StartsWith("application/json", StringComparison.Ordinal) ? (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))! : [];
        Calls.Enqueue(new(method, arguments, context.Request.Headers.Authorization, type));
        if (special.TryGetValue(method, out var queue) && queue.TryDequeue(out var answer) && await answer(context))
        {
            return;
        }

        await Results.Json(Answer(method, arguments, Calls.Last(c => c.Arguments == arguments), type)).ExecuteAsync(context);
    }

    private static async Task<JsonObject> FormAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        return new(form.Select(f => KeyValuePair.Create<string, JsonNode?>(f.Key, f.Value.ToString() is ['[' or '{', ..] json ? JsonNode.Parse(json) : f.Value.ToString())));
    }

    private JsonObject Answer(string method, JsonObject arguments, Call call, string type)
    {
        if (method == "oauth.v2.access")
        {
            return OAuth(arguments, call);
        }

        var token = call.Token ?? (string?)arguments["token"] ?? "";
        if (!Tokens.ContainsKey(token))
        {
            return Error(Expired.ContainsKey(token) ? "token_expired" : "invalid_auth");
        }

        return method switch
        {
            "auth.test" => Ok(new() { ["team_id"] = "T1", ["user_id"] = "U0BOT" }),
            "auth.revoke" => Revoke(token),
            "apps.connections.open" => Ok(new() { ["url"] = "wss://127.0.0.1/link" }),
            "conversations.open" => Ok(new() { ["channel"] = new JsonObject { ["id"] = $"D-{arguments["users"]}" } }),
            "users.info" => Ok(new() { ["user"] = new JsonObject { ["id"] = arguments["user"]?.DeepClone(), ["real_name"] = "Ana Ortiz" } }),
            "chat.postMessage" => Post(arguments),
            "chat.update" => Update(arguments),
            "chat.postEphemeral" => arguments["user"] is null ? Error("user_not_found") : Checked(arguments) ?? Ok(new() { ["message_ts"] = NextTs() }),
            "files.getUploadURLExternal" => type.StartsWith("application/json", StringComparison.Ordinal) ? Error("invalid_arguments") : GiveAddress(arguments),
            "files.completeUploadExternal" => Complete(arguments),
            "views.open" or "views.publish" or "views.push" or "views.update" => Ok(new() { ["view"] = new JsonObject { ["id"] = "V1", ["hash"] = "h1" } }),
            _ => Error("unknown_method"),
        };
    }

    private JsonObject OAuth(JsonObject arguments, Call call)
    {
        if (call.Authorization != "Basic " + Convert.ToBase64String("client-1:hush-hush"u8))
        {
            return Error("bad_client_secret");
        }

        if ((string?)arguments["grant_type"] == "refresh_token")
        {
            var old = (string?)arguments["refresh_token"] ?? "";
            if (!usedRefreshTokens.TryAdd(old, 0))
            {
                return Error("invalid_refresh_token");
            }
        }
        else if ((string?)arguments["code"] != "good-code")
        {
            return Error("invalid_code");
        }

        var number = Interlocked.Increment(ref issued);
        var answer = Grant();
        answer["access_token"] = $"xoxe.xoxb-granted-{number}";
        answer["token_type"] = "bot";
        answer["bot_user_id"] = "U0BOT";
        answer["app_id"] = "A1";
        Tokens[$"xoxe.xoxb-granted-{number}"] = 0;
        if (LifetimeSeconds is { } seconds)
        {
            answer["refresh_token"] = $"xoxe-refresh-{number}";
            answer["expires_in"] = seconds;
        }

        return Ok(answer);
    }

    private JsonObject Revoke(string token)
    {
        Tokens.TryRemove(token, out _);
        return Ok(new() { ["revoked"] = true });
    }

    private JsonObject Post(JsonObject arguments)
    {
        if (Checked(arguments) is { } error)
        {
            return error;
        }

        var at = NextTs();
        messages[at] = (JsonObject)arguments.DeepClone();
        return Ok(new() { ["channel"] = arguments["channel"]?.DeepClone(), ["ts"] = at, ["message"] = new JsonObject { ["ts"] = at } });
    }

    private JsonObject Update(JsonObject arguments)
    {
        var at = (string?)arguments["ts"] ?? "";
        if (!messages.ContainsKey(at))
        {
            return Error("message_not_found");
        }

        if (Checked(arguments) is { } error)
        {
            return error;
        }

        messages[at] = (JsonObject)arguments.DeepClone();
        return Ok(new() { ["channel"] = arguments["channel"]?.DeepClone(), ["ts"] = at });
    }

    private static JsonObject? Checked(JsonObject arguments) =>
        ((string?)arguments["channel"] ?? "").Length == 0 ? Error("channel_not_found")
        : arguments["text"] is null && arguments["blocks"] is null ? Error("no_text")
        : (string?)arguments["text"] is { Length: > 40_000 } ? Error("msg_too_long")
        : arguments["blocks"] is JsonArray { Count: > 50 } ? Error("invalid_blocks")
        : arguments["blocks"]?.ToJsonString().Length > 13_200 ? Error("msg_blocks_too_long")
        : null;

    private JsonObject GiveAddress(JsonObject arguments)
    {
        var id = $"F{Interlocked.Increment(ref fileNumber)}";
        if (!int.TryParse((string?)arguments["length"], out var length) || length <= 0 || (string?)arguments["filename"] is not { Length: > 0 })
        {
            return Error("invalid_arguments");
        }

        files[id] = (length, null);
        return Ok(new() { ["file_id"] = id, ["upload_url"] = UploadUrl ?? Url.Replace("/api/", $"/upload/{id}", StringComparison.Ordinal) });
    }

    private async Task<IResult> UploadAsync(HttpContext context, string id)
    {
        UploadAuthorizations.Enqueue(context.Request.Headers.Authorization);
        using var content = new MemoryStream();
        if (context.Request.HasFormContentType)
        {
            await (await context.Request.ReadFormAsync()).Files[0].CopyToAsync(content);
        }
        else
        {
            await context.Request.Body.CopyToAsync(content);
        }

        if (!files.TryGetValue(id, out var file) || file.Length != content.Length)
        {
            return Results.StatusCode(400);
        }

        files[id] = (file.Length, content.ToArray());
        return Results.Text($"OK - {content.Length}");
    }

    private JsonObject Complete(JsonObject arguments) =>
        arguments["files"] is JsonArray { Count: > 0 } shared && shared.All(f => files.TryGetValue((string?)f?["id"] ?? "", out var file) && file.Content is not null)
            ? Ok(new() { ["files"] = shared.DeepClone() })
            : Error("file_not_found");

    private string NextTs() => $"1795376895.{Interlocked.Increment(ref ts):D6}";

    private static JsonObject Ok(JsonObject answer)
    {
        answer["ok"] = true;
        return answer;
    }

    private static JsonObject Error(string error) => new() { ["ok"] = false, ["error"] = error };
}

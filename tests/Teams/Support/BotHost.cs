using System.Net.Http.Headers;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Incoming;
using TrunkBot.Tests.Support;

namespace TrunkBot.Teams.Tests.Support;

/// <summary>The front door on a loopback port, with an intake that a test reads.</summary>
internal sealed class BotHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private BotHost(string environment, IEnumerable<KeyValuePair<string, string?>> settings, Action<IServiceCollection>? configure)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<ITurnIntake>(Intake);
        builder.Services.AddSingleton<ICardRenderer, TestCards>();
        builder.Services.AddBotFramework();
        configure?.Invoke(builder.Services);
        app = builder.Build();
        app.MapBotFrameworkMessages("/api/messages");
    }

    public TestLog Log { get; } = new();

    public TestIntake Intake { get; } = new();

    public SignallingTime Time { get; } = new(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero));

    public HttpClient Http { get; } = new();

    public IEnumerable<IChannel> Channels => app.Services.GetServices<IChannel>();

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public static Task<BotHost> StartAsync(bool isOpen = true, string environment = "Lab") =>
        StartAsync([new("BotFramework:AllowUnauthenticatedLoopbackInLab", isOpen ? "true" : "false")], environment);

    public static async Task<BotHost> StartAsync(
        IEnumerable<KeyValuePair<string, string?>> settings, string environment = "Production", Action<IServiceCollection>? configure = null)
    {
        var host = new BotHost(environment, settings, configure);
        await host.app.StartAsync();
        host.Http.BaseAddress = new(host.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return host;
    }

    public async Task<HttpResponseMessage> PostAsync(string body, string contentType = "application/json", Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/messages") { Content = new StringContent(body, Encoding.UTF8, contentType) };
        headers?.Invoke(request.Headers);
        return await Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }
}

/// <summary>A clock that a test turns, and that says when somebody begins to wait.</summary>
internal sealed class SignallingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();

    public List<TimeSpan> Pauses { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            Pauses.Add(dueTime);
            waits.Writer.TryWrite(dueTime);
        }

        return timer;
    }

    /// <summary>Waits until somebody waits, then lets that time pass.</summary>
    public async Task PassNextPauseAsync()
    {
        Advance(await waits.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
    }
}

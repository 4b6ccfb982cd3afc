using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace TrunkBot.Cluster.Tests.World;

/// <summary>
/// Simulated network elements, outside of every silo: they remember what was committed, when and by whom. The one thing that they refuse is a commit onto a
/// configuration that is not the newest, as the devices do whose part they play.
/// </summary>
internal sealed class Elements : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Element> _elements = new(StringComparer.Ordinal);
    private readonly WebApplication _app;

    private Elements(WebApplication app) => _app = app;

    /// <summary>How long an element works on a commit.</summary>
    public TimeSpan Work { get; init; }

    /// <summary>Awaited before a begun edit is answered.</summary>
    public Func<string, Task> Begun { get; set; } = _ => Task.CompletedTask;

    public Uri Url => new(_app.Urls.First());

    public int Port => Url.Port;

    /// <summary>Steps that were committed more than once.</summary>
    public int Doubled => _elements.Values.Sum(e => e.Commits.GroupBy(c => (c.Trunk, c.Step)).Sum(g => g.Count() - 1));

    /// <summary>How often an element was handed from one change to another and back: two changes at once on it.</summary>
    public int Mixed => _elements.Values.Sum(e => e.Commits.Where((c, i) => i == 0 || e.Commits[i - 1].Trunk != c.Trunk).Count() - e.Commits.Select(c => c.Trunk).Distinct().Count());

    /// <summary>Commits that arrived while another one was worked on.</summary>
    public int Overlapping => _elements.Values.Sum(e => e.Overlapping);

    /// <summary>Late commits that the element's own check kept out.</summary>
    public int Refused => _elements.Values.Sum(e => e.Refused);

    public IReadOnlyList<Commit> Commits(string trunk) => [.. _elements.Values.SelectMany(e => e.Commits).Where(c => c.Trunk == trunk)];

    public static async Task<Elements> StartAsync(TimeSpan work, string address = "127.0.0.1")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{address}:0");
        var app = builder.Build();
        var elements = new Elements(app) { Work = work };
        app.MapGet("/elements/{element}/{trunk}", async (string element, string trunk) => Results.Json(await elements.Of(element).HoldsAsync(trunk)));
        app.MapPost("/elements/{element}/{trunk}/{step}/begin", async (string element, HttpRequest request) =>
        {
            var configuration = elements.Of(element).Configuration;
            await elements.Begun(request.Headers["X-Silo"].ToString());
            return Results.Text(configuration.ToString(CultureInfo.InvariantCulture));
        });
        app.MapPost("/elements/{element}/{trunk}/{step}/commit", async (string element, string trunk, string step, int onto, HttpRequest request) =>
            await elements.Of(element).CommitAsync(new Commit(trunk, step, request.Headers["X-Silo"].ToString()), onto, elements.Work) ? Results.Ok() : Results.Conflict());
        await app.StartAsync();
        return elements;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Element Of(string name) => _elements.GetOrAdd(name, _ => new Element());

#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing to dispose of.
    private sealed class Element
#pragma warning restore CA1001
    {
        private readonly SemaphoreSlim _one = new(1, 1);
        private int _working;

        public List<Commit> Commits { get; } = [];

        public int Configuration { get; private set; }

        public int Overlapping { get; private set; }

        public int Refused { get; private set; }

        /// <summary>A device that works on a commit is read when it is done.</summary>
        public async Task<IReadOnlyList<string>> HoldsAsync(string trunk)
        {
            await _one.WaitAsync();
            try
            {
                return [.. Commits.Where(c => c.Trunk == trunk).Select(c => c.Step).Distinct()];
            }
            finally
            {
                _one.Release();
            }
        }

        public async Task<bool> CommitAsync(Commit commit, int onto, TimeSpan work)
        {
            if (Interlocked.Increment(ref _working) > 1)
            {
                Overlapping++;
            }

            await _one.WaitAsync();
            try
            {
                if (onto != Configuration)
                {
                    Refused++;
                    return false;
                }

                await Task.Delay(work, TimeProvider.System);
                Commits.Add(commit);
                Configuration++;
                return true;
            }
            finally
            {
                _one.Release();
                Interlocked.Decrement(ref _working);
            }
        }
    }
}

internal sealed record Commit(string Trunk, string Step, string Silo);

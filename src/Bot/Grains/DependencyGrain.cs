using TrunkBot.Chat.Alerts;
using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Grains;

/// <summary>What many trunks stand behind, watched by all of them. Key: a <see cref="DependencyName"/>.</summary>
public interface IDependencyGrain : IGrainWithStringKey
{
    /// <summary>One trunk looked.</summary>
    /// <param name="down">Why it is down; null when it is up.</param>
    Task<DependencyView> SawAsync(string trunk, string? down, DateTimeOffset at);
}

/// <param name="IsDown">For every trunk behind it.</param>
/// <param name="IsSettledUp">A trunk that finds it up need say no more.</param>
public sealed record DependencyView(bool IsDown, bool IsSettledUp);

/// <inheritdoc cref="IDependencyGrain"/>
public sealed partial class DependencyGrain(HealthDesk desk, HealthOptions options, ILogger<DependencyGrain> logger) : Grain, IDependencyGrain
{
    private DependencyName _name = new("", "");
    private Dependency? _dependency;
    private string _why = "";
    private HealthNews? _untold;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _name = DependencyName.Read(this.GetPrimaryKeyString());

        // As another silo, or the last process, told it: what is up again by now is news.
        var wasDown = await desk.IsToldDownAsync(_name, cancellationToken);
        _dependency = _name.IsEdge ? new Dependency(options, options.EdgeTrunks, TimeSpan.Zero, wasDown) : new Dependency(options, 1, options.SharedFor, wasDown);
    }

    public async Task<DependencyView> SawAsync(string trunk, string? down, DateTimeOffset at)
    {
        _why = down ?? _why;
        if (_dependency!.Look(trunk, down is not null, at) is { } news)
        {
            Log.StateChanged(logger, _name.Kind, _name.Element, news.Kind, news.State, down ?? "");
            _untold = news;
        }

        if (_untold is { } untold && await desk.DependencyAsync(_name, untold with { State = _dependency.IsDown ? Diagnostics.HealthState.Failed : Diagnostics.HealthState.Ok }, _why, CancellationToken.None))
        {
            _untold = null;
        }

        return new DependencyView(_dependency.IsDown, _dependency.IsSettledUp && _untold is null);
    }

    private static partial class Log
    {
        [LoggerMessage(1302, LogLevel.Warning, "{Kind} {Element}: {News}, now {State} {Why}")]
        public static partial void StateChanged(ILogger logger, string kind, string element, NewsKind news, Diagnostics.HealthState state, string why);
    }
}

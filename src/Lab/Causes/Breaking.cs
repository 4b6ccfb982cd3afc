using System.Text.Json;
using TrunkBot.Lab.MetaView;
using TrunkBot.Lab.Perimeta.Configuration;
using TrunkBot.Lab.Twilio;

namespace TrunkBot.Lab.Causes;

/// <summary>
/// Breaks the lab by a cause of trouble, or several, and heals it: then the three systems hold again what they held before the first one, whatever was done to
/// them since, and no disturbance is left. What they held is on disk, so a lab that was started anew can be healed too.
/// </summary>
internal sealed class Breaking(LabContext context) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly string path = Path.Combine(context.Options.DataDirectory, "before-break.json");
    private readonly ConfigFile sbc = new(context.Options.DataDirectory);

    public static IReadOnlyList<Cause> All { get; } = [.. SwitchCauses.All, .. SbcCauses.All, .. TwilioCauses.All, .. WorldCauses.All];

    /// <summary>What is broken now, in order.</summary>
    public IReadOnlyList<string> Broken => Kept()?.Causes ?? [];

    /// <param name="trunk">The customer part of the termination name; empty when there is one trunk only.</param>
    /// <exception cref="LabException">There is no such cause or trunk.</exception>
    public async Task BreakAsync(string cause, string trunk, CancellationToken cancellationToken)
    {
        var known = All.FirstOrDefault(c => c.Name == cause) ?? throw new LabException($"there is no cause \"{cause}\"; there are {string.Join(", ", All.Select(c => c.Name))}") { Code = "lab-no-such-cause" };
        await turn.WaitAsync(cancellationToken);
        try
        {
            var scene = Scene.Of(context, trunk);
            var before = Kept() ?? new Before([], sbc.Text(), context.CfsStore!.Objects, Twilio.Store.Alone(Twilio.Store.Dump));
            ExclusiveFile.Replace(path, JsonSerializer.Serialize(before with { Causes = [.. before.Causes, cause] }));
            await known.BreakAsync(scene);
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task HealAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (Kept() is not { } before)
            {
                return;
            }

            context.Faults.Clear();
            sbc.Rewrite(_ => before.Sbc);
            context.CfsStore!.Change(_ => (before.Cfs, true));
            Twilio.Store.Alone(() =>
            {
                Twilio.Store.Load(before.Twilio);
                return true;
            });
            await context.Door!.MendAsync(cancellationToken);
            File.Delete(path);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private TwilioServer Twilio => (TwilioServer)context.Twilio!;

    private Before? Kept() => File.Exists(path) ? JsonSerializer.Deserialize<Before>(File.ReadAllText(path)) : null;

    private sealed record Before(IReadOnlyList<string> Causes, string Sbc, CfsObjects Cfs, string Twilio);
}

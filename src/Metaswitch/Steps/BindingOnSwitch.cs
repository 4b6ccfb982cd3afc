using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Shadow;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Steps;

/// <summary>One binding while a step runs: it is read, one update of it is sent, and what became of that is said.</summary>
internal sealed class BindingOnSwitch(ShClient client, ShadowDatabase shadow, MetaswitchOptions options, string name, StepContext context)
{
    private readonly BindingReader _reader = new(client, options, name, context.Site.Metaswitch, context.Record);

    public string Name => name;

    public MetaswitchSite Site => context.Site.Metaswitch;

    public BindingMapping Mapping => options.Binding;

    /// <summary>What earlier steps and earlier tries of this one found out.</summary>
    public IReadOnlyDictionary<string, string> Facts => context.Facts;

    public BindingUpdates Updates { get; } = new(context.Site.Metaswitch, name);

    /// <summary>The base group; null when the binding does not exist.</summary>
    /// <exception cref="SystemFailureException">It could not be read.</exception>
    public Task<ShObject?> BaseAsync(CancellationToken cancellationToken) => _reader.BaseAsync(cancellationToken);

    /// <summary>The status group; null when the switch returns none.</summary>
    /// <exception cref="SystemFailureException">It could not be read.</exception>
    public Task<ShObject?> StatusAsync(CancellationToken cancellationToken) => _reader.StatusAsync(cancellationToken);

    /// <summary>The SIP trunks that name the binding, as the shadow database shows them; none where the site has no database.</summary>
    /// <exception cref="SystemFailureException">The database could not be read.</exception>
    public async Task<IReadOnlyList<ShadowTrunk>> TrunksAsync(CancellationToken cancellationToken) =>
        Site.Shadow is null ? [] : [.. (await shadow.ReadAsync(Site, cancellationToken)).TrunksOf(name)];

    /// <summary>Sends one update, once.</summary>
    /// <param name="doing">What is tried, such as "create binding TwilioBinding".</param>
    /// <param name="before">What was read right before; null when there was nothing.</param>
    /// <exception cref="SystemFailureException">A setting that the request needs is wrong or missing; nothing was sent.</exception>
    public async Task<Sent> SendAsync(ShUpdate update, Sentence doing, ShObject? before, CancellationToken cancellationToken)
    {
        var answer = await client.UpdateAsync(Site, update, context.Record, cancellationToken);
        if (answer.Outcome == ShOutcome.Success)
        {
            return new(SentOutcome.Taken, null);
        }

        var trouble = ShTrouble.Of(answer, doing, options);
        return answer.Outcome switch
        {
            ShOutcome.NoAnswer => new(SentOutcome.Unknown, trouble.ToResult()),
            ShOutcome.Absent => new(SentOutcome.Absent, trouble.ToResult()),
            ShOutcome.StaleSequence => new(SentOutcome.Refused, (trouble with { Sentence = $"{trouble.Sentence} {await SinceAsync(update, before, cancellationToken)}" }).ToResult()),
            _ => new(SentOutcome.Refused, trouble.ToResult()),
        };
    }

    /// <summary>What is there now, against what was read before somebody else was faster.</summary>
    private async Task<string> SinceAsync(ShUpdate update, ShObject? before, CancellationToken cancellationToken)
    {
        ShObject? now;
        try
        {
            now = update.ServiceIndication == BindingFields.StatusIndication ? await StatusAsync(cancellationToken) : await BaseAsync(cancellationToken);
        }
        catch (SystemFailureException e)
        {
            return $"It could not be read again: {e.Message}";
        }

        return (before, now) switch
        {
            (null, null) => "Read again, it is still not there.",
            (null, _) => "Read again, it is there now: somebody else made it.",
            (_, null) => "Read again, it is gone.",
            _ => BindingFields.Compare(before.Fields, now.Fields) is { Count: > 0 } differences
                ? $"Read again, it changed: {string.Join("; ", differences.Select(d => $"{d.Label} was \"{d.Intended}\" and is {(d.Found is null ? "gone" : $"\"{d.Found}\"")}"))}."
                : "Read again, every field is as it was.",
        };
    }
}

/// <summary>What became of an update.</summary>
internal enum SentOutcome
{
    /// <summary>The switch says that it took it; reading back proves it.</summary>
    Taken,

    /// <summary>The switch says that there is no such object.</summary>
    Absent,

    /// <summary>Nothing was changed.</summary>
    Refused,

    /// <summary>No answer came: only reading back tells.</summary>
    Unknown,
}

/// <param name="Failure">What to tell when reading back does not show that it was done; null when the switch took it.</param>
internal sealed record Sent(SentOutcome Outcome, StepResult? Failure);

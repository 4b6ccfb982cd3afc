using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Steps;

/// <summary>What a step works with while it runs.</summary>
internal sealed class StepRun(TwilioSession session, StepContext context, TwilioOptions options, TimeProvider time)
{
    public TwilioSession Session { get; } = session;

    public TwilioSite Site => Session.Site;

    public TrunkIntent Intent => context.Intent;

    public TwilioOptions Options { get; } = options;

    public StateReader Reader { get; } = new(session, context.Intent);

    public Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken) => Task.Delay(pause, time, cancellationToken);

    /// <summary>The trunk's own access control list, by what is known of it or by its mark; null when there is none.</summary>
    public async Task<string?> AclSidAsync(string? known, CancellationToken cancellationToken) =>
        known ?? context.Facts.GetValueOrDefault(TwilioFacts.AclSid) ?? (await Reader.FindAclAsync(cancellationToken))?.Sid;

    /// <summary>The trunk, by what is known of it or by its domain and mark; null when there is none of ours.</summary>
    public async Task<string?> TrunkSidAsync(string? known, CancellationToken cancellationToken) =>
        known ?? context.Facts.GetValueOrDefault(TwilioFacts.TrunkSid)
        ?? (await Reader.FindTrunkAsync(cancellationToken) is { } trunk && Ownership.Is(trunk.FriendlyName, Ownership.Trunk(Intent)) ? trunk.Sid : null);

    /// <summary>What an earlier run of this change noted; null when nothing was.</summary>
    public string? Fact(string name) => context.Facts.GetValueOrDefault(name);

    public static StepResult Missing(string what) =>
        StepResult.Failed("twilio-not-found", $"The {what} that an earlier step made is gone.", "Somebody removed it: make a new plan.");
}

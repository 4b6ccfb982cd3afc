using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Tests;

/// <summary>Answers one after another; the last one again and again.</summary>
internal sealed class FakeInsights : ICallInsights
{
    public Queue<CallInsights> Answers { get; } = [];

    public List<DateTimeOffset> Asked { get; } = [];

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public Task<CallInsights> FindAsync(TrunkIntent intent, SiteProfile site, TestCall call, CancellationToken cancellationToken)
    {
        Asked.Add(Time.GetUtcNow());
        return Task.FromResult(Answers.Count > 1 ? Answers.Dequeue() : Answers.Peek());
    }
}

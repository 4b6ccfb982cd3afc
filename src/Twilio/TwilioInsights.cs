using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio;

/// <summary>
/// Voice Insights of a test call from the switch. Twilio and we have no id in common: an SBC lies between. So it is found by trunk, called number and time. Whether calls to the
/// free echo numbers are listed at all is not published.
/// </summary>
public sealed class TwilioInsights(TwilioClient client) : ICallInsights
{
    /// <summary>By how much Twilio's beginning of a call may differ from ours: two clocks, and the way from the phone through switch and SBC.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(30);

    /// <summary>The same where both clocks are right. What began so near comes before the rest: a call before ours over the same trunk may be only seconds older.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(5);

    public async Task<CallInsights> FindAsync(TrunkIntent intent, SiteProfile site, TestCall call, CancellationToken cancellationToken)
    {
        try
        {
            var session = new TwilioSession(client, site.Twilio, null);
            return await TwilioSystem.TellAsync("read Voice Insights", () => FindAsync(session, intent, call, cancellationToken));
        }
        catch (SystemFailureException e)
        {
            return new(InsightsState.CannotAsk, $"{e.Message.TrimEnd('.')} ({e.Code})");
        }
    }

    private static async Task<CallInsights> FindAsync(TwilioSession session, TrunkIntent intent, TestCall call, CancellationToken cancellationToken)
    {
        if ((await session.GetAsync(TwilioCalls.Insights(), cancellationToken)).AdvancedFeatures == false)
        {
            return new(InsightsState.Off, "Advanced Features of Voice Insights are off in the Twilio account");
        }

        var trunk = (await session.ListAsync(TwilioCalls.Trunks(), cancellationToken)).FirstOrDefault(t => string.Equals(t.DomainName, intent.DomainName, StringComparison.OrdinalIgnoreCase));
        if (trunk is null)
        {
            return new(InsightsState.NotListed, $"the account has no trunk {intent.DomainName}");
        }

        var called = "+" + string.Concat(call.To.Where(char.IsAsciiDigit));
        var listed = await session.ListAsync(TwilioCalls.Summaries(called, call.StartedAt - Apart), cancellationToken);
        var fitting = listed.Where(s => Fits(s, call)).ToList();

        // One that names the trunk is better than one that does not say.
        var ours = fitting.Where(s => s.TrunkSid == trunk.Sid).ToList();
        ours = ours.Count > 0 ? ours : [.. fitting.Where(s => s.TrunkSid is null)];
        ours = ours.Where(s => s.StartTime is { } start && (start - call.StartedAt).Duration() <= Near).ToList() is { Count: > 0 } near ? near : ours;
        return ours switch
        {
            [] => new(InsightsState.NotListed, $"Twilio lists no call to {called} over trunk {trunk.Sid} at that time"),
            [var one] => Found(one),
            _ => new(InsightsState.Several, $"{ours.Count} calls to {called} fit that time, and nothing tells which is ours: {string.Join(", ", ours.Take(5).Select(s => Line(s.CallSid)))}"),
        };
    }

    private static bool Fits(CallSummary summary, TestCall call) =>
        summary.CallSid is not null
        && summary.Direction is null or "trunking_terminating"
        && (summary.StartTime is not { } start || (start - call.StartedAt).Duration() <= Apart);

    private static CallInsights Found(CallSummary summary)
    {
        var isComplete = summary.ProcessingState == "complete";
        return new(isComplete ? InsightsState.Complete : InsightsState.Partial, isComplete ? "Twilio's figures are complete" : "Twilio's figures are partial and may still change")
        {
            Figures = new CarrierFigures
            {
                CallId = Line(summary.CallSid)!,
                SipCallId = Line(summary.SipCallId),
                State = Line(summary.CallState),
                LastSipResponse = Line(summary.LastSipResponse),
                DisconnectedBy = Line(summary.DisconnectedBy),
                PostDialDelayMilliseconds = summary.PostDialDelayMilliseconds,
                Edge = Line(summary.EdgeLocation),
                MediaAddress = Line(summary.ExternalMediaIp),
                Tags = [.. (summary.Tags ?? []).Take(10).Select(t => Line(t)!)],
                FromUs = Of(summary.FromSwitch),
                ToUs = Of(summary.ToSwitch),
            },
        };
    }

    private static CarrierFlow? Of(RtpFlow? flow) => flow is null ? null : new(Line(flow.Codec)?.ToUpperInvariant(), flow.Packets, flow.Lost, flow.JitterMilliseconds);

    private static string? Line(string? text) => text is null ? null : TwilioError.OneLine(text);
}

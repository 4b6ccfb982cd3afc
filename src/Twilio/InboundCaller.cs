using System.Security;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio;

/// <summary>Has Twilio call a number of a trunk (POST Calls). Never tried on a live account.</summary>
public sealed class InboundCaller(TwilioClient client) : IInboundCaller
{
    /// <summary>Twilio writes times to the second.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(2);

    public async Task<InboundPlacement> PlaceAsync(InboundCall call, SiteProfile site, CancellationToken cancellationToken)
    {
        var session = new TwilioSession(client, site.Twilio, null);
        var order = new CallOrder
        {
            To = call.To,
            From = call.From,
            Twiml = call.Play is { } play ? $"<Response><Play>{SecurityElement.Escape(play.AbsoluteUri)}</Play></Response>" : "<Response><Echo/></Response>",
            TimeoutSeconds = (int)call.RingLimit.TotalSeconds,
            LimitSeconds = (int)call.Limit.TotalSeconds,
        };
        try
        {
            return Placed(await session.GetAsync<Call>(TwilioCalls.CreateCall(site.Twilio, order), cancellationToken));
        }
        catch (TwilioException e) when (e.Trouble is TwilioTrouble.Lost or TwilioTrouble.Unreadable)
        {
            return await FindAsync(session, call, cancellationToken) is { } found ? Placed(found) : new(null, "twilio-no-answer", $"Twilio's answer was lost, and its list of calls shows none: whether it calls is not known, and it is not asked again. {TwilioError.OneLine(e.Message)}", MayCome: true);
        }
        catch (TwilioException e)
        {
            var failure = TwilioFailure.Of(e, $"call {call.To} from {call.From}");
            return new(null, failure.Code, e.Code switch
            {
                21210 or 21212 => $"{failure.Sentence} The calling number must be one of the account or verified there: set tests.inbound.caller in the profile of site {site.Name}.",
                20003 or 20429 or 70051 => $"{failure.Sentence} {failure.Fix}",
                _ => failure.Sentence,
            }, MayCome: false);
        }
        catch (SecretNotFoundException e)
        {
            return new(null, TwilioSystem.SecretMissing, $"{e.Message}.", MayCome: false);
        }

        static InboundPlacement Placed(Call placed) => new(placed.Sid, null, "", MayCome: true);
    }

    public async Task<InboundStanding?> StandingAsync(InboundCall call, string sid, SiteProfile site, CancellationToken cancellationToken)
    {
        var session = new TwilioSession(client, site.Twilio, null);
        try
        {
            var leg = await session.GetAsync(TwilioCalls.Call(site.Twilio, sid), cancellationToken);

            // The trunk's leg has a SID of its own and no parent: it is found by who calls and when.
            var trunk = (await session.ListAsync(TwilioCalls.Calls(site.Twilio, from: call.From, startedOnOrAfter: Day(call)), cancellationToken))
                .FirstOrDefault(c => c is { Direction: "trunking-originating", To: { } to } && to.Contains(call.To, StringComparison.Ordinal) && IsOf(call, c));
            var ended = leg.Status is "completed" or "busy" or "failed" or "no-answer" or "canceled";
            return new($"Twilio: {TwilioError.OneLine(leg.Status ?? "state not told")}{(trunk is null ? "" : $"; its leg to {TwilioError.OneLine(trunk.To!)}: {TwilioError.OneLine(trunk.Status ?? "state not told")}")}", ended);
        }
        catch (Exception e) when (e is TwilioException or SecretNotFoundException)
        {
            return null;
        }
    }

    public async Task EndAsync(string sid, SiteProfile site, CancellationToken cancellationToken)
    {
        try
        {
            await new TwilioSession(client, site.Twilio, null).PostAsync(TwilioCalls.EndCall(site.Twilio, sid, "completed"), cancellationToken);
        }
        catch (Exception e) when (e is TwilioException or SecretNotFoundException)
        {
            // Its limit ends it.
        }
    }

    /// <summary>The call whose placing was not confirmed. The list may lag behind: looked at as often as a request is tried.</summary>
    private async Task<Call?> FindAsync(TwilioSession session, InboundCall call, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < client.MostTries; tries++)
        {
            await client.BackOffAsync(tries, cancellationToken);
            try
            {
                var calls = await session.ListAsync(TwilioCalls.Calls(session.Site, call.To, call.From, Day(call)), cancellationToken);
                if (calls.FirstOrDefault(c => c.Direction == "outbound-api" && IsOf(call, c)) is { } found)
                {
                    return found;
                }
            }
            catch (TwilioException)
            {
                // The next try may tell.
            }
        }

        return null;
    }

    private static DateOnly Day(InboundCall call) => DateOnly.FromDateTime((call.At - Rounding).UtcDateTime);

    /// <summary>A call that is queued has no start yet.</summary>
    private static bool IsOf(InboundCall call, Call found) => found.StartTime is not { } start || start >= call.At - Rounding;
}

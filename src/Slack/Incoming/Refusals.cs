using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TrunkBot.Slack.Incoming;

/// <summary>Turns somebody away: an empty answer with a reference; what was wrong stands in the log under that reference, and is counted.</summary>
internal sealed partial class Refusals
{
    /// <summary>Name of the meter; its counter is <c>trunkbot.slack.refusals</c> with the tags <c>reason</c> and <c>status</c>.</summary>
    public const string MeterName = "TrunkBot.Slack";

    public const string ReferenceHeader = "TrunkBot-Reference";

    private readonly Counter<long> counter;
    private readonly ILogger<Refusals> log;

    public Refusals(IMeterFactory meters, ILogger<Refusals> log)
    {
        this.log = log;
        counter = meters.Create(MeterName).CreateCounter<long>("trunkbot.slack.refusals", "{request}", "What was refused for who sent it");
    }

    /// <summary>401 for a stranger; 403 for what Slack sent and is not for us. Slack is asked not to send it again.</summary>
    public IResult Answer(HttpContext context, string reason, int status)
    {
        context.Response.Headers[ReferenceHeader] = Count(reason, status);
        context.Response.Headers["X-Slack-No-Retry"] = "1";
        return Results.StatusCode(status);
    }

    /// <summary>Logs and counts; the reference under which it is found.</summary>
    public string Count(string reason, int status)
    {
        var reference = Guid.NewGuid().ToString("N")[..8];
        Log.Refused(log, reason, reference);
        counter.Add(1, new("reason", reason), new("status", status));
        return reference;
    }

    private static partial class Log
    {
        [LoggerMessage(2401, LogLevel.Warning, "Something that came as Slack's was refused: {Reason}, reference {Reference}")]
        public static partial void Refused(ILogger logger, string reason, string reference);
    }
}

using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TrunkBot.Teams.Authentication;

/// <summary>Turns somebody away: an empty answer with a reference; what was wrong stands in the log under that reference, and is counted.</summary>
internal sealed partial class Refusals
{
    /// <summary>Name of the meter; its counter is <c>trunkbot.teams.refusals</c> with the tags <c>reason</c> (the first rule that was broken) and <c>status</c>.</summary>
    public const string MeterName = "TrunkBot.Teams";

    public const string ReferenceHeader = "TrunkBot-Reference";

    private readonly Counter<long> counter;
    private readonly ILogger<Refusals> log;

    public Refusals(IMeterFactory meters, ILogger<Refusals> log)
    {
        this.log = log;
        counter = meters.Create(MeterName).CreateCounter<long>("trunkbot.teams.refusals", "{activity}", "Activities that were refused for who sent them");
    }

    /// <summary>401, or 403 when the caller is genuine and only its channel or tenant is not allowed.</summary>
    /// <param name="reasons">Every rule that was broken, in order.</param>
    /// <param name="metricReason">Another name for the metric, where reasons are sentences.</param>
    public IResult Answer(HttpContext context, IReadOnlyList<string> reasons, string? metricReason = null)
    {
        var status = reasons.All(CallerRules.ReasonsOfGenuineCallers.Contains) ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        var reference = Guid.NewGuid().ToString("N")[..8];
        Log.Refused(log, string.Join("; ", reasons), reference);
        counter.Add(1, new("reason", metricReason ?? reasons[0]), new("status", status));
        context.Response.Headers[ReferenceHeader] = reference;
        if (status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return Results.StatusCode(status);
    }

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Warning, "An activity was refused: {Reasons}, reference {Reference}")]
        public static partial void Refused(ILogger logger, string reasons, string reference);
    }
}

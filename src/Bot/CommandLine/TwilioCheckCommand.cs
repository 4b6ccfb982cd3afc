using System.CommandLine;
using TrunkBot.Twilio.Check;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot twilio check</c>: whether a site's account can be used.</summary>
internal static class TwilioCheckCommand
{
    public static Command Make()
    {
        var site = SiteOption.Make();
        var json = new Option<bool>("--json") { Description = "What was looked at and the findings as JSON." };
        var numbers = new Option<string[]>("--number") { Description = "A number (E.164) that tests shall call: whether calls to its country are allowed. May be given again." };
        var command = new Command("check", "Looks at account, balance, clock and dialing permissions. Read only. Ends with 1 when there are warnings or errors, with 4 when Twilio can't be asked.") { site, numbers, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var services = SiteServices.Open();
            var report = await services.Get<TwilioCheck>().RunAsync(services.Site(result.GetValue(site)), result.GetValue(numbers) ?? [], cancellationToken);
            await result.InvocationConfiguration.Output.WriteAsync(result.GetValue(json) ? report.ToJson() + "\n" : Terminal.Lines(report.ToText()));
            return !report.Reached ? ExitCode.CannotReach : report.IsFine ? ExitCode.Fine : ExitCode.Findings;
        });
        return command;
    }
}

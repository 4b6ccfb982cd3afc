using System.CommandLine;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Diagnosis;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot diagnose NAME [call]</c>: what is wrong with a trunk under management, as chat says it.</summary>
internal static class DiagnoseCommand
{
    public static Command Make()
    {
        var name = new Argument<string>("NAME") { Description = "A trunk under management." };
        var call = new Argument<string?>("call") { Description = "Also place a test call, which may cost money.", Arity = ArgumentArity.ZeroOrOne };
        call.AcceptOnlyFromAmong("call");
        var timeout = new Option<int?>("--timeout") { Description = "Give up after so many seconds, 1 to 600. Otherwise each check has its own time limit (settings Diagnostics).", HelpName = "SECONDS" };
        var yes = new Option<bool>("--yes") { Description = "Place a call that may cost money: the trunk's test number is none of Twilio's." };
        var json = new Option<bool>("--json") { Description = "The result as JSON, by a contract with a version." };
        var command = new Command(
            "diagnose",
            "Asks every system and every edge about a trunk. Ends with 0 when nothing wrong was found, with 1 when something was; otherwise with 3 when a check had no answer in time, with 4 when a system can't be read or the call not be placed. Changes nothing; a test call counts in the bot's budget. Twilio bans who sends OPTIONS to an edge more often than once in 15 seconds, the bot included.")
        {
            name, call, yes, timeout, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(timeout) is < 1 or > 600)
            {
                result.AddError("--timeout must be from 1 to 600 seconds.");
            }
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var services = SiteServices.Open();
            var (trunk, site) = await NamedTrunk.FindAsync(result.GetRequiredValue(name), services, cancellationToken);
            if (result.GetValue(call) is not null && !result.GetValue(yes) && TestCallOrder.ThroughSwitch.AsksFirst(trunk, site))
            {
                throw new InputException("the call may cost money: say --yes to place it, or leave call out");
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (result.GetValue(timeout) is { } seconds)
            {
                limit.CancelAfter(TimeSpan.FromSeconds(seconds));
            }

            DiagnosisReport report;
            try
            {
                report = await services.Get<TrunkDiagnosis>().RunAsync(trunk, site, result.GetValue(call) is not null, null, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"trunkbot: the diagnosis was not over within {result.GetValue(timeout)} s");
                return ExitCode.Timeout;
            }

            var output = result.InvocationConfiguration.Output;
            await output.WriteLineAsync(result.GetValue(json) ? DiagnosisJson.Write(report, site) : string.Join('\n', Lines(report, site.Title).Select(Terminal.Printable)));
            return report.Outcome switch
            {
                DiagnosisOutcome.Fine => ExitCode.Fine,
                DiagnosisOutcome.Timeout => ExitCode.Timeout,
                DiagnosisOutcome.CannotReach => ExitCode.CannotReach,
                _ => ExitCode.Findings,
            };
        });
        return command;
    }

    private static IEnumerable<string> Lines(DiagnosisReport report, string site)
    {
        yield return $"{report.Trunk}, {site}: {report.Sentence}";
        foreach (var (cause, number) in report.Causes.Select((c, i) => (c, i + 1)))
        {
            yield return $"{number}. {cause.Code}: {cause.Where}, {cause.What}: {string.Join("; ", cause.MoreEvidence.Prepend(cause.Sentence))}";
            yield return cause.BroughtAboutBy is { } by ? $"   brought about by {by}" : $"   fix: {cause.Fix}";
        }

        foreach (var ruledOut in report.RuledOut)
        {
            yield return $"in order: {ruledOut.Where}, {ruledOut.What}: {ruledOut.Evidence}";
        }

        foreach (var not in report.NotChecked)
        {
            yield return $"not checked: {not.Where}, {not.What}: {not.Why}";
        }
    }
}

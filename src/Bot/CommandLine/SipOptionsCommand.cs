using System.CommandLine;
using System.Globalization;
using TrunkBot.Sip;
using TrunkBot.Sip.Results;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot sip options URI</c>: one OPTIONS, and what came back.</summary>
internal static class SipOptionsCommand
{
    public static Command Make()
    {
        var agent = new SipAgentOptions();
        var command = new Command(
            "options",
            "Asks a SIP server for a sign of life. Ends with 0 after a 2xx, with 1 after another answer, with 3 without one in time, with 4 when it can't be reached. Twilio bans who asks more often than once in 15 seconds.");
        agent.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var request = new OptionsRequest { Target = agent.Target(result), OutboundProxy = agent.Proxy(result), From = agent.From(result), Timeout = agent.Timeout(result) };
            await using var running = await agent.StartAsync(result, cancellationToken);
            var answer = await running.OptionsAsync(request, cancellationToken);
            var output = result.InvocationConfiguration.Output;
            if (result.GetValue(agent.Json))
            {
                await output.WriteLineAsync(OptionsJson.Write(request, answer));
            }
            else
            {
                foreach (var line in Lines(answer).Concat(result.GetValue(agent.Trace) ? SipLines.Trace(answer.Trace) : []))
                {
                    await output.WriteLineAsync(Terminal.Printable(line));
                }
            }

            return answer.State == OptionsState.Up ? answer.Status < 300 ? ExitCode.Fine : ExitCode.Findings : SipAgentOptions.ExitCodeOf(answer.Failure);
        });
        return command;
    }

    private static IEnumerable<string> Lines(OptionsResult answer)
    {
        yield return answer.State == OptionsState.Up
            ? string.Create(CultureInfo.InvariantCulture, $"up: {answer.Peer} answered {answer.Status} {answer.Reason} after {answer.RoundTripMilliseconds:0.0} ms")
            : $"{(answer.State == OptionsState.Unreachable ? "unreachable" : "not asked")}: {answer.Failure?.Code}: {answer.Failure?.Sentence}";
        foreach (var (name, value) in ((string Name, string? Value)[])[("Reason", answer.ReasonHeader), ("X-Twilio-Error", answer.TwilioError)])
        {
            if (value is not null)
            {
                yield return $"{name}: {value}";
            }
        }

        foreach (var line in SipLines.Server(answer.Tls, answer.Skipped))
        {
            yield return line;
        }
    }
}

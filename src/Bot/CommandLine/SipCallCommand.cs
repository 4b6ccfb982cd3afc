using System.CommandLine;
using System.Globalization;
using TrunkBot.Sip;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Results;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot sip call URI</c>: one test call, and everything measured in it.</summary>
internal static class SipCallCommand
{
    public static Command Make()
    {
        var agent = new SipAgentOptions();
        var user = new Option<string?>("--user") { Description = "User name for digest; also the user of From, unless --from says otherwise.", HelpName = "NAME" };
        var password = new Option<string?>("--password") { Description = "Its password. On the command line every user of this machine can see it: give - to have it read from standard input, or use --password-env.", HelpName = "PASSWORD" };
        var passwordEnv = new Option<string?>("--password-env") { Description = "The environment variable that holds the password.", HelpName = "NAME" };
        var codec = new Option<string?>("--codec") { Description = "Offer only this one, pcmu or pcma.", HelpName = "CODEC" };
        codec.AcceptOnlyFromAmong("pcmu", "pcma");
        var seconds = new Option<int?>("--seconds") { Description = "How long to talk, 1 to 120; otherwise 10.", HelpName = "SECONDS" };
        var expectEcho = new Option<bool>("--expect-echo") { Description = "The far end plays back what it hears: end with 1 when our own signal does not come back." };
        var lateOffer = new Option<bool>("--late-offer") { Description = "Leave the offer to the far end: INVITE without a session description." };
        var rtcpXr = new Option<bool>("--rtcp-xr") { Description = "Ask the far end for extended reports (RFC 3611): what it says of the quality that it got." };
        var follow = new Option<bool>("--follow-redirects") { Description = "Call the contacts of a 3xx. Otherwise they are reported alone." };
        var command = new Command(
            "call",
            "Places a test call, sends a signal of its own, listens, hangs up. Ends with 0 when it was answered and nothing was wrong, with 1 when it failed, with 3 without an answer in time, with 4 when the server can't be reached. The call may cost money.");
        agent.AddTo(command);
        foreach (var option in (Option[])[user, password, passwordEnv, codec, seconds, expectEcho, lateOffer, rtcpXr, follow])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(password) is not null && result.GetValue(passwordEnv) is not null)
            {
                result.AddError("Choose one of --password and --password-env.");
            }

            if (result.GetValue(seconds) is < 1 or > 120)
            {
                result.AddError("--seconds must be from 1 to 120.");
            }
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            var target = agent.Target(result);
            var name = result.GetValue(user);
            var secret = await PasswordAsync(result.GetValue(password), result.GetValue(passwordEnv), cancellationToken);
            if (name is null && secret is not null)
            {
                throw new InputException("a password needs a --user");
            }

            if (!SipUri.TryCreate(name ?? "trunkbot", target.Host, null, out var from))
            {
                throw new InputException("--user can't stand in a SIP URI: give --from too");
            }

            var request = new CallRequest
            {
                Target = target,
                From = agent.From(result) ?? from,
                OutboundProxy = agent.Proxy(result),
                Credentials = name is not null && secret is not null ? new SipCredentials(name, secret) : null,
                Codecs = result.GetValue(codec) switch { "pcmu" => [AudioCodec.Pcmu], "pcma" => [AudioCodec.Pcma], _ => [AudioCodec.Pcmu, AudioCodec.Pcma] },
                TalkTime = TimeSpan.FromSeconds(result.GetValue(seconds) ?? 10),
                RingTimeout = agent.Timeout(result) ?? TimeSpan.FromSeconds(60),
                ExpectEcho = result.GetValue(expectEcho),
                LateOffer = result.GetValue(lateOffer),
                ExtendedReports = result.GetValue(rtcpXr),
                FollowRedirects = result.GetValue(follow),
            };
            await using var running = await agent.StartAsync(result, cancellationToken);
            var call = await running.CallAsync(request, cancellationToken);
            var output = result.InvocationConfiguration.Output;
            if (result.GetValue(agent.Json))
            {
                await output.WriteLineAsync(CallJson.Write(call));
            }
            else
            {
                foreach (var line in Lines(call).Concat(result.GetValue(agent.Trace) ? SipLines.Trace(call.Trace) : []))
                {
                    await output.WriteLineAsync(Terminal.Printable(line));
                }
            }

            return call.Outcome switch
            {
                CallOutcome.Answered => call.Failure is null && (!request.ExpectEcho || call.Audio.Verdict == AudioVerdict.TwoWay) ? ExitCode.Fine : ExitCode.Findings,
                CallOutcome.Timeout => ExitCode.Timeout,
                CallOutcome.TransportError => SipAgentOptions.ExitCodeOf(call.Failure),
                _ => ExitCode.Findings,
            };
        });
        return command;
    }

    private static async Task<string?> PasswordAsync(string? typed, string? variable, CancellationToken cancellationToken)
    {
        if (variable is not null)
        {
            return Environment.GetEnvironmentVariable(variable) is { Length: > 0 } held ? held : throw new InputException($"the environment has no variable {variable}");
        }

        return typed != "-" ? typed
            : await Console.In.ReadLineAsync(cancellationToken) is { Length: > 0 } line ? line
            : throw new InputException("standard input holds no password");
    }

    private static IEnumerable<string> Lines(CallResult call)
    {
        yield return $"{Word(call.Outcome)}{(call.FinalStatus is null ? "" : $": {call.FinalStatus} {call.FinalReason}")}";
        if (call.Failure is { } failure)
        {
            yield return $"{failure.Code}: {failure.Sentence}";
        }

        foreach (var (name, value) in ((string Name, string? Value)[])[("Reason", call.ReasonHeader), ("Warning", call.Warning), ("Retry-After", call.RetryAfter), ("X-Twilio-Error", call.TwilioError), ("redirected to", call.RedirectedTo)])
        {
            if (value is not null)
            {
                yield return $"{name}: {value}";
            }
        }

        yield return $"post-dial delay: {Shown(call.PostDialDelay)}; answer delay: {Shown(call.AnswerDelay)}; session disconnect delay: {Shown(call.SessionDisconnectDelay)}; talked: {Shown(call.TalkTime)}";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"codec: {call.Codec?.ToString().ToUpperInvariant() ?? Unmeasured}; packets sent {Shown(call.PacketsSent)}, received {Shown(call.PacketsReceived)}, lost {Shown(call.PacketsLost)}; jitter: {(call.JitterMilliseconds is { } jitter ? $"{jitter:0.0} ms" : Unmeasured)}");
        if (call.FarEndMetrics is { } metrics)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"the far end reports: lost {metrics.LossPercent:0.0} %, discarded {metrics.DiscardPercent:0.0} %; MOS: {Shown(metrics.MosListening)} listening, {Shown(metrics.MosConversational)} conversational; R: {Shown(metrics.R)}; its own delay: {(metrics.EndSystemDelayMilliseconds is { } own ? $"{own} ms" : Unmeasured)}");
        }

        yield return $"audio: {call.Audio.Sentence}";
        foreach (var line in SipLines.Server(call.Tls, call.Skipped))
        {
            yield return line;
        }
    }

    private const string Unmeasured = "not measured";

    private static string Shown(TimeSpan? time) => time is { } t ? string.Create(CultureInfo.InvariantCulture, $"{t.TotalMilliseconds:0} ms") : Unmeasured;

    private static string Shown(long? count) => count?.ToString(CultureInfo.InvariantCulture) ?? Unmeasured;

    private static string Shown(double? mos) => mos?.ToString("0.0", CultureInfo.InvariantCulture) ?? Unmeasured;

    private static string Word(CallOutcome outcome) => outcome switch
    {
        CallOutcome.NoAnswer => "no answer",
        CallOutcome.TransportError => "transport error",
        _ => outcome.ToString().ToLowerInvariant(),
    };
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using TrunkBot.Alarms;
using TrunkBot.Diagnostics.Alarms;
using TrunkBot.Hosting;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot alarms</c>: what devices said that no rule fitted, and what the rules of the settings, as they are now, make of it. The bot may be running.</summary>
internal static class AlarmsCommand
{
    public static Command Make()
    {
        var most = new Option<int>("--last") { Description = "So many, the newest.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var json = new Option<bool>("--json") { Description = "As JSON lines." };
        var command = new Command("alarms", "The last syslog and SNMP messages that no rule fitted, with their fields, and what the rules of the settings make of them now. Nothing is changed.") { most, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var (rules, kept) = Read();
            foreach (var alarm in kept.TakeLast(Math.Max(0, result.GetValue(most))))
            {
                var meaning = rules.Read(alarm);
                var line = result.GetValue(json)
                    ? JsonSerializer.Serialize(new { alarm.At, alarm.Source, alarm.From, alarm.Fields, meaning.Rule, Status = meaning.Alert?.Status.ToString().ToLowerInvariant(), meaning.Alert?.Id }, JsonSerializerOptions.Web)
                    : Text(alarm, meaning);
                await result.InvocationConfiguration.Output.WriteLineAsync(line.AsMemory(), cancellationToken);
            }

            return ExitCode.Fine;
        });
        return command;
    }

    private static (AlarmRules Rules, IReadOnlyList<Alarm> Kept) Read()
    {
        try
        {
            using var services = Composition.AlarmsAlone(out var file);
            return (services.GetRequiredService<AlarmRules>(), UnmappedAlarms.Read(file));
        }
        catch (Exception e) when (TrunkBotHost.Reason(e) is { } reason)
        {
            throw new InputException(reason);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new InputException($"the file of messages without a rule can't be read: {e.Message}");
        }
    }

    private static string Text(Alarm alarm, AlarmMeaning meaning) => Terminal.Lines(string.Join('\n',
    [
        string.Create(CultureInfo.InvariantCulture, $"{alarm.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z {alarm.Source} from {alarm.From}"),
        .. alarm.Fields.Select(f => $"  {f.Key}: {f.Value}"),
        meaning.Alert is { } alert ? $"  => rule \"{meaning.Rule}\": {alert.Status}, {alert.Severity}, \"{alert.Title}\", id {alert.Id}" : "  => no rule",
        .. meaning.Slow.Select(rule => $"  => rule \"{rule}\" took too long"),
        "",
    ]));
}

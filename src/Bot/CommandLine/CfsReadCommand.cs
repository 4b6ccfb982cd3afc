using System.CommandLine;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot cfs read NAME</c>: a Configured SIP Binding as the switch has it.</summary>
internal static class CfsReadCommand
{
    public static Command Make()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the Configured SIP Binding." };
        var site = SiteOption.Make();
        var json = new Option<bool>("--json") { Description = "Fields, sequence number and groups as JSON." };
        var command = new Command("read", "Shows a Configured SIP Binding, field by field. Read only. Ends with 1 when the switch has none of that name, with 3 or 4 when it can't be asked.") { name, site, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var services = SiteServices.Open();
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var (profile, binding) = (services.Site(result.GetValue(site)), result.GetRequiredValue(name));
            try
            {
                if (await services.Get<CfsBindings>().ReadAsync(profile, binding, cancellationToken) is not { } read)
                {
                    await error.WriteLineAsync($"trunkbot: {profile.Metaswitch.Element} has no Configured SIP Binding {Terminal.Printable(binding)}.");
                    return ExitCode.Findings;
                }

                await output.WriteAsync(result.GetValue(json) ? read.ToJson() + "\n" : Terminal.Lines(read.ToText()));
                return ExitCode.Fine;
            }
            catch (SystemFailureException e)
            {
                await error.WriteLineAsync($"trunkbot: {e.Code}: {Terminal.Printable(e.Message)} {Terminal.Printable(e.Fix)}");
                return e.Code switch
                {
                    "cfs-name-invalid" or "secret-not-configured" => ExitCode.BadArguments,
                    "cfs-no-answer" => ExitCode.Timeout,
                    "cfs-unreachable" or "cfs-certificate-refused" => ExitCode.CannotReach,
                    _ => ExitCode.Findings,
                };
            }
        });
        return command;
    }
}

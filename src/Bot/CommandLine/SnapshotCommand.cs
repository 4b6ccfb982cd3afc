using System.CommandLine;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot snapshot SPEC --into DIR</c>: what a plan of a trunk depends on, read from the live systems into files.</summary>
internal static class SnapshotCommand
{
    public static Command Make()
    {
        var spec = new Argument<string>("SPEC") { Description = "File that describes the trunk, or - for standard input." };
        var into = new Option<string>("--into") { Description = "Folder for the files; made where it does not exist.", Required = true, HelpName = "DIR" };
        var command = new Command("snapshot", "Reads what a plan of the trunk depends on from the live systems into files. Nothing is changed. Ends with 4 when a system can't be read.") { spec, into };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var services = SiteServices.Open();
            var trunk = await TrunkSpec.ReadAsync(result.GetRequiredValue(spec), services, cancellationToken);
            var site = services.Site(trunk.Intent.Site);
            try
            {
                var read = await services.Get<Planner>().ReadAsync(new TrunkGoal(trunk.Intent), site, cancellationToken);
                await SavedSnapshots.WriteAsync(result.GetRequiredValue(into), services.Cleaned(read, site), cancellationToken);
                foreach (var snapshot in read)
                {
                    await result.InvocationConfiguration.Output.WriteLineAsync($"{SavedSnapshots.FileOf(snapshot.System)}: {snapshot.Element}");
                }

                return ExitCode.Fine;
            }
            catch (SystemFailureException e)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"trunkbot: {e.Code}: {Terminal.Printable(e.Message)} {Terminal.Printable(e.Fix)}");
                return e.Code == "secret-not-configured" ? ExitCode.BadArguments : ExitCode.CannotReach;
            }
        });
        return command;
    }
}

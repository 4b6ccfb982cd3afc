using TrunkBot.CommandLine;
using TrunkBot.Hosting;

return CommandLineProgram.IsMeant(args) ? await CommandLineProgram.RunAsync(args) : await TrunkBotHost.RunAsync(args);

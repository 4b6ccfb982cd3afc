using TrunkBot.Hosting;

return await TrunkBotHost.RunAsync(args);

// Each of these tests runs a bot, a lab and a call in real time: many at once on two cores would measure the machine. Only the kills, most of which is the start
// of the bot, go on beside the others (Kills/KillTests.cs).
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]

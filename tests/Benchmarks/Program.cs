using TrunkBot.Benchmarks.Load;
using TrunkBot.Benchmarks.Trees;
using TrunkBot.Benchmarks.Ssh;

return args switch
{
    ["load", .. var rest] => await LoadBenchmark.RunAsync(rest),
    ["tree", .. var rest] => TreeBenchmark.Run(rest) is var code and not 2 ? code : Usage(),
    ["tree-fuzz", .. var rest] => TreeFuzz.Run(rest) is var code and not 2 ? code : Usage(),
    ["ssh", .. var rest] => await SshBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run --project tests/Benchmarks -c Release -- load [--rate TURNS_PER_SECOND] [--seconds SECONDS] [--duplicates N]
            Turns through the front doors with tokens and signatures on, of the bot and of a peer in the same run;
            then N deliveries of one and the same message. Prints a table in Markdown. Everything stays on loopback.
        dotnet run --project tests/Benchmarks -c Release -- tree [--adjacencies N,N,...]
            A Perimeta configuration read into its tree, and one trunk planned against it: time, memory, and two peers in the same run.
        dotnet run --project tests/Benchmarks -c Release -- tree-fuzz [--documents N] [--from N]
            Hostile configurations: each is read, written again and compared, understood, and changed into the one before it.
            Ends with 1 at the first that is lost or breaks something, with its number, from which it can be made again.
        dotnet run --project tests/Benchmarks -c Release -- ssh [--rounds N]
            A trunk over eight edges applied to the lab's SBC through the bot's session, and the same lines piped by OpenSSH's client.
        """);
    return 2;
}

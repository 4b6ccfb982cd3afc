using TrunkBot.Benchmarks.Cluster;
using TrunkBot.Benchmarks.Load;
using TrunkBot.Benchmarks.Media;
using TrunkBot.Benchmarks.Signalling;
using TrunkBot.Benchmarks.Trees;
using TrunkBot.Benchmarks.Ssh;
using TrunkBot.Benchmarks.Watch;

return args switch
{
    ["load", .. var rest] => await LoadBenchmark.RunAsync(rest),
    ["cluster-load", .. var rest] => await ClusterLoadBenchmark.RunAsync(rest),
    ["tree", .. var rest] => TreeBenchmark.Run(rest) is var code and not 2 ? code : Usage(),
    ["tree-fuzz", .. var rest] => TreeFuzz.Run(rest) is var code and not 2 ? code : Usage(),
    ["ssh", .. var rest] => await SshBenchmark.RunAsync(rest),
    ["media", .. var rest] => await MediaBenchmark.RunAsync(rest),
    ["options", .. var rest] => await OptionsBenchmark.RunAsync(rest),
    ["parse", .. var rest] => await ParserBenchmark.RunAsync(rest),
    ["watch", .. var rest] => await WatchBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run --project tests/Benchmarks -c Release -- load [--rate TURNS_PER_SECOND] [--seconds SECONDS] [--duplicates N]
            Turns through the front doors with tokens and signatures on, of the bot and of a peer in the same run;
            then N deliveries of one and the same message. Prints a table in Markdown. Everything stays on loopback.
        dotnet run --project tests/Benchmarks -c Release -- cluster-load [--silos 1,2,3] [--trunks N] [--changes N] [--rate TURNS_PER_SECOND] [--seconds SECONDS] [--step-seconds SECONDS]
            Many trunks known, many changes in flight and mixed turns through the Teams door of every silo: latency, memory, growth of the database, for each number
            of silos. A real PostgreSQL, a real Redis, the lab; the elements of the changes are simulated. Ends with 1 when a turn or a change was lost or done twice.
        dotnet run --project tests/Benchmarks -c Release -- tree [--adjacencies N,N,...]
            A Perimeta configuration read into its tree, and one trunk planned against it: time, memory, and two peers in the same run.
        dotnet run --project tests/Benchmarks -c Release -- tree-fuzz [--documents N] [--from N]
            Hostile configurations: each is read, written again and compared, understood, and changed into the one before it.
            Ends with 1 at the first that is lost or breaks something, with its number, from which it can be made again.
        dotnet run --project tests/Benchmarks -c Release -- ssh [--rounds N]
            A trunk over eight edges applied to the lab's SBC through the bot's session, and the same lines piped by OpenSSH's client.
        dotnet run --project tests/Benchmarks -c Release -- media [--calls N,N,...] [--seconds SECONDS]
            Test calls at once, with RTP both ways and the proof of their audio, to a sipp that echoes, and as many of sipp as the caller: processor time of each.
            Ends with 1 when a call was not proven two-way.
        dotnet run --project tests/Benchmarks -c Release -- options [--probes N] [--at-once N,N,...]
            OPTIONS probes of the bot and of sipp to one kamailio: probes a second, processor time of each. Ends with 1 when a probe was not answered.
        dotnet run --project tests/Benchmarks -c Release -- parse [--seconds SECONDS]
            SIP messages read by the bot's parser, and the same by two C libraries, libosip2 and libre (Debian: gcc libosip2-dev libre-dev): messages a second.
        dotnet run --project tests/Benchmarks -c Release -- watch [--trunks N] [--sites N] [--interval SECONDS] [--seconds SECONDS]
            Many trunks watched by the bot as it is shipped, in one process; the systems' answers are simulated, OPTIONS go to a responder on loopback. Prints a table.
            Ends with 1 when a trunk was not looked at, or an edge was asked twice within 15 s.
        """);
    return 2;
}

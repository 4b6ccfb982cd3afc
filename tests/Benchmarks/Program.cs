using TrunkBot.Benchmarks.Load;
using TrunkBot.Benchmarks.Ssh;

return args switch
{
    ["load", .. var rest] => await LoadBenchmark.RunAsync(rest),
    ["ssh", .. var rest] => await SshBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run --project tests/Benchmarks -c Release -- load [--rate TURNS_PER_SECOND] [--seconds SECONDS] [--duplicates N]
            Turns through the front doors with tokens and signatures on, of the bot and of a peer in the same run;
            then N deliveries of one and the same message. Prints a table in Markdown. Everything stays on loopback.
        dotnet run --project tests/Benchmarks -c Release -- ssh [--rounds N]
            A trunk over eight edges applied to the lab's SBC through the bot's session, and the same lines piped by OpenSSH's client.
        """);
    return 2;
}

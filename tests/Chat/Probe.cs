namespace TrunkBot.Chat.Tests;
public sealed class Probe
{
    [Fact]
    public async Task Dump()
    {
        using var e = await TestEnvironment.Create().WithApprovalsAsync();
        var w = new StreamWriter("/tmp/chat-build/dump.txt");
        async Task Say(string t) { w.WriteLine("### " + t); foreach (var m in await e.SayAsync(t)) w.WriteLine(m.Id + ": " + e.TextOf(m)); }
        foreach (var t in new[] { "help", "help status", "help new trunk", "staus", "new trnk", "frobnicate", "list", "status", "status acme", "whoami", "changes", "cancel", "plan", "plan chg-3", "new trunk", "Acme", "acme-east", "help", "denver", "default", "back", "next", "next", "polling=5", "polling=30", "next", "changes", "plan 1" }) await Say(t);
        foreach (var m in e.Channel.Messages) w.WriteLine($"== {m.Id} {m.Conversation} edits {m.Edits}: {e.TextOf(m)}");
        var o = await e.PressAsync("submit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1")); w.WriteLine(o);
        o = await e.PressAsync("approve", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"), ("hash", SamplePlans.Hash)); w.WriteLine(o);
        foreach (var m in e.Channel.Messages) w.WriteLine($"== {m.Id} {m.Conversation} edits {m.Edits}: {e.TextOf(m)}");
        e.AddTrunk(); await Say("status"); await Say("status acme-est"); await Say("status ACME-east"); await Say("list"); await Say("test acme-east"); await Say("diagnose acme-east call");
        w.Close();
    }
}

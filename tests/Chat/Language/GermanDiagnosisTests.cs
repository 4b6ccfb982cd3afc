using System.Text;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Findings;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Chat.Tests.Language;

/// <summary>What the rooms below the chat found is told in German to who hears German, and in English to everybody else; what devices said stays as it was said.</summary>
public sealed class GermanDiagnosisTests : IDisposable
{
    private readonly TestEnvironment env = TestEnvironment.Create();

    public GermanDiagnosisTests() => env.AddTrunk();

    [Fact]
    public async Task The_probable_cause_is_named_in_German()
    {
        await env.SayAsync("language de");
        Broken(new(HealthState.Failed, $"adjacency {"acme-us1"}", "inactive", "adjacency-inactive", "Activate it, if nobody took it out of service on purpose."));

        var card = await DiagnoseAsync();
        Assert.Contains("Wahrscheinliche Ursache: eine Adjacency des Trunks ist nicht aktiv. Perimeta, Adjacency acme-us1: inaktiv.", card, StringComparison.Ordinal);
        Assert.Contains("Aktivieren, falls sie niemand absichtlich außer Betrieb genommen hat.", card, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everybody_in_a_group_reads_the_same_diagnosis_in_English()
    {
        await env.SayAsync("language de");
        Broken(new(HealthState.Failed, $"adjacency {"acme-us1"}", "inactive", "adjacency-inactive", "Activate it, if nobody took it out of service on purpose."));

        var said = await env.SayAsync("diagnose acme-east", TestEnvironment.Ana, TestEnvironment.Approvals);
        Assert.Contains("Probable cause: an adjacency of the trunk is not active. Perimeta, adjacency acme-us1: inactive.", env.TextOf(said[^1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_finding_of_the_catalogue_is_told_in_English_and_each_fits_a_card()
    {
        await env.SayAsync("language de");
        foreach (var finding in FindingCatalogue.All)
        {
            Broken(new StatusLine(HealthState.Failed, $"adjacency {"acme-us1"}", $"{new string('x', 300)}", finding.Code));
            var message = (await env.SayAsync("diagnose acme-east"))[^1];
            var text = env.TextOf(message);
            Assert.Contains(finding.Code, text, StringComparison.Ordinal);
            Assert.DoesNotContain(finding.Title, text, StringComparison.Ordinal);
            Assert.DoesNotContain(finding.Fix.ToString()[1..], text, StringComparison.Ordinal);
            Assert.InRange(Encoding.UTF8.GetByteCount(env.Cards.Render(message.Message.Card!).ToJsonString()), 1_000, 28_000);
        }
    }

    [Fact]
    public async Task What_a_device_said_stays_as_it_said_it()
    {
        await env.SayAsync("language de");
        Sentence said = $"{"Requested {0} inactive"}";
        Broken(new(HealthState.Failed, $"adjacency {"acme-us1"}", said, "adjacency-inactive"));

        Assert.Contains("Perimeta, Adjacency acme-us1: Requested {0} inactive.", await DiagnoseAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_a_rule_stands_against_is_refused_in_German()
    {
        await env.SayAsync("language de");
        env.Probe.Call = () => TestCall.NotPlaced(
            TestCallOrder.ThroughSwitch, "112", TestEnvironment.Noon, "call-emergency-number", $"{"112"} is, or leads to, an emergency number. Test calls never go there, and no setting allows it.");

        var call = env.TextOf((await env.SayAsync("test acme-east"))[^1]);
        Assert.Contains("Der Testruf wurde nicht ausgeführt: 112 ist eine Notrufnummer oder führt zu einer. Testrufe gehen nie dorthin, und keine Einstellung erlaubt es.", call, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_says_in_German_what_was_read()
    {
        await env.SayAsync("language de");
        Broken(new(HealthState.Failed, $"adjacency {"acme-us1"}", "it is not there", "adjacency-missing", "Provision the trunk again, or find out who removed it."));

        var status = env.TextOf((await env.SayAsync("status acme-east"))[^1]);
        Assert.Contains("1 Prüfung ist fehlgeschlagen", status, StringComparison.Ordinal);
        Assert.Contains("Adjacency acme-us1", status, StringComparison.Ordinal);
        Assert.Contains("Den Trunk erneut bereitstellen oder herausfinden, wer sie entfernt hat.", status, StringComparison.Ordinal);
    }

    private void Broken(StatusLine line) => env.Perimeta.Lines = [line];

    private async Task<string> DiagnoseAsync() => env.TextOf((await env.SayAsync("diagnose acme-east"))[^1]);

    public void Dispose() => env.Dispose();
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Life;
using TrunkBot.Diagnostics.Diagnosis;
using TrunkBot.Diagnostics.Findings;
using TrunkBot.Faults.Tests.World;
using TrunkBot.Lab.MetaView;
using TrunkBot.Tests.Support;

namespace TrunkBot.Faults.Tests.Diagnosis;

/// <summary>
/// What the catalogue says a plan mends: the lab is broken, a diagnosis names the finding, the trunk is planned again as it was left, the change is approved and
/// applied to the real drivers, and a diagnosis with a call finds nothing.
/// </summary>
public sealed class MendTests
{
    private const int AtOnce = 4;

    /// <summary>A finding, and what brings it about: a cause of the lab, or what somebody does behind the bot's back.</summary>
    private static readonly (string Finding, Func<Bed, Task> Break)[] Cases =
    [
        ("binding-missing", Cfs(objects => objects with { Bindings = [.. objects.Bindings.Where(b => b.Name != "Twilio-acme")] })),
        ("binding-disabled", Cause("binding-disabled")),
        ("binding-sip-domain-differs", Cause("sip-domain-wrong")),
        ("binding-contact-differs", Cause("contact-wrong")),
        ("binding-proxy-differs", Cause("proxy-wrong")),
        ("binding-transport-differs", BindingField("TransportProtocol", "TCP")),
        ("binding-model-differs", BindingField("MediaGatewayModel", "Standard")),
        ("binding-not-polled", BindingField("PollPeerDevice", "False")),
        ("options-too-frequent", Cause("options-too-frequent")),
        ("adjacency-missing", Cause("adjacency-missing")),
        ("adjacency-inactive", Cause("adjacency-inactive")),
        ("adjacency-peer-differs", Cause("adjacency-peer-wrong")),
        ("adjacency-range-differs", Cause("adjacency-range-wrong")),
        ("adjacency-realm-differs", Cause("adjacency-realm-wrong")),
        ("adjacency-service-address-differs", Cause("adjacency-service-address-wrong")),
        ("whitelist-incomplete", Cause("whitelist-gap")),
        ("whitelist-other-network", Cause("whitelist-other-network")),
        ("twilio-trunk-missing", bed => DeleteAsync(bed, "")),
        ("trunk-without-acl", Cause("acl-unmapped")),
        ("acl-missing-address", Cause("acl-address-missing")),
        ("trunk-secure-differs", Cause("trunk-secure")),
        ("origination-url-missing", bed => DeleteAsync(bed, "OriginationUrls", "origination_urls")),
        ("number-not-attached", bed => DeleteAsync(bed, "PhoneNumbers", "phone_numbers")),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_plan_is_said_to_mend_it_mends()
    {
        Assert.Equal(FindingCatalogue.All.Where(f => f.PlanMends).Select(f => f.Code).Order(), Cases.Select(c => c.Finding).Order());

        var work = new ConcurrentQueue<int>(Enumerable.Range(0, Cases.Length));
        var rows = new ConcurrentDictionary<int, Row>();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            await using var bed = await Bed.StartAsync(withCalls: true);
            Assert.Equal(ChangeState.Done, (await bed.ThroughAsync(await bed.PlanNewAsync("name=acme edges=ashburn,umatilla origination=yes numbers=+13035550188"))).State);
            while (work.TryDequeue(out var at))
            {
                rows[at] = await MendAsync(bed, Cases[at]);
            }
        }, Ct)));

        var all = rows.OrderBy(r => r.Key).Select(r => r.Value).ToList();
        Tables.Write(
            "mended",
            "Findings that a plan mends, each brought about in the lab: what was planned, and what a diagnosis with a test call found after the change",
            ["finding", "named first before", "change", "found after", "steps"],
            [.. all.Select(r => (IReadOnlyList<string>)[r.Finding, r.Before, r.State.ToString(), r.After.Length == 0 ? "nothing" : r.After, r.Steps])]);
        Assert.Equal("", string.Join('\n', all.Where(r => r.Before != r.Finding || r.State != ChangeState.Done || r.After.Length > 0)));
    }

    private static async Task<Row> MendAsync(Bed bed, (string Finding, Func<Bed, Task> Break) what)
    {
        await what.Break(bed);
        var before = await CausesAsync(bed, withCall: false);
        var change = await bed.ThroughAsync(await bed.PlanChangeAsync("acme", ""));
        return new(
            what.Finding,
            before.FirstOrDefault("-"),
            string.Join("; ", change.Plan.Steps.Select(s => s.Title)),
            change.State,
            string.Join(' ', await CausesAsync(bed, withCall: true)));
    }

    /// <summary>Codes of the causes that a diagnosis finds, most probable first.</summary>
    private static async Task<List<string>> CausesAsync(Bed bed, bool withCall)
    {
        await using var services = bed.Afresh(new Dictionary<string, string?>());
        var report = await services.GetRequiredService<TrunkDiagnosis>().RunAsync((await bed.TrunkAsync("acme"))!.Intent, bed.Site, withCall, progress: null, Ct);
        return [.. report.Causes.Where(c => c.BroughtAboutBy is null).Select(c => c.Code).Distinct()];
    }

    private static Func<Bed, Task> Cause(string name) => bed => bed.BreakAsync(name);

    /// <summary>Somebody works in MetaView Explorer.</summary>
    private static Func<Bed, Task> Cfs(Func<CfsObjects, CfsObjects> edit) => bed =>
    {
        bed.Lab.Context.CfsStore!.Change(objects => (edit(objects), 0));
        return Task.CompletedTask;
    };

    private static Func<Bed, Task> BindingField(string field, string value) => Cfs(objects =>
    {
        var binding = objects.Binding("Twilio-acme")!;
        return objects.With(binding with { Fields = new Dictionary<string, string>(binding.Fields) { [field] = value }, SequenceNumber = binding.SequenceNumber + 1 });
    });

    /// <summary>Somebody deletes the trunk in Twilio's Console, or the first of what hangs on it.</summary>
    private static async Task DeleteAsync(Bed bed, string part, string list = "")
    {
        var path = "/v1/Trunks/" + Sid(await bed.EditTwilioAsync(HttpMethod.Get, "/v1/Trunks"), "trunks", "acme.pstn.twilio.com");
        if (part.Length > 0)
        {
            path += $"/{part}";
            path += "/" + Sid(await bed.EditTwilioAsync(HttpMethod.Get, path), list);
        }

        await bed.EditTwilioAsync(HttpMethod.Delete, path);

        static string Sid(JsonNode? answer, string list, string? domain = null) =>
            answer![list]!.AsArray().First(t => domain is null || t!["domain_name"]!.ToString() == domain)!["sid"]!.ToString();
    }

    private sealed record Row(string Finding, string Before, string Steps, ChangeState State, string After);
}

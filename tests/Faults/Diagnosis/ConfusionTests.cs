using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Life;
using TrunkBot.Diagnostics.Diagnosis;
using TrunkBot.Faults.Tests.World;
using TrunkBot.Tests.Support;

namespace TrunkBot.Faults.Tests.Diagnosis;

/// <summary>
/// The lab is broken by each cause of trouble, and by two at once; the diagnosis, with a real call, knows only what the systems say. What it names is kept as a table.
/// </summary>
public sealed class ConfusionTests
{
    /// <summary>So many labs beside each other: a diagnosis waits for its call most of the time.</summary>
    private const int AtOnce = 4;

    private static readonly Dictionary<string, string?> Settings = new();

    /// <summary>Cause of the lab, and the finding that it has to be named by.</summary>
    private static readonly (string Cause, string Finding)[] Singles =
    [
        ("binding-disabled", "binding-disabled"),
        ("binding-in-alarm", "binding-in-alarm"),
        ("sip-domain-wrong", "binding-sip-domain-differs"),
        ("contact-wrong", "binding-contact-differs"),
        ("proxy-wrong", "binding-proxy-differs"),
        ("e164-off", "call-number-not-e164"),
        ("no-route", "call-no-route"),
        ("sip-trunk-elsewhere", "sip-trunk-not-using-binding"),
        ("options-too-frequent", "options-too-frequent"),
        ("metaview-down", "cfs-no-answer"),
        ("metaview-no-rights", "cfs-no-rights"),
        ("sequence-conflict", "binding-being-written"),
        ("adjacency-missing", "adjacency-missing"),
        ("adjacency-inactive", "adjacency-inactive"),
        ("adjacency-peer-wrong", "adjacency-peer-differs"),
        ("adjacency-range-wrong", "adjacency-range-differs"),
        ("adjacency-realm-wrong", "adjacency-realm-differs"),
        ("adjacency-service-address-wrong", "adjacency-service-address-differs"),
        ("whitelist-gap", "whitelist-incomplete"),
        ("whitelist-other-network", "whitelist-other-network"),
        ("call-rate-limit", "call-rate-exceeded"),
        ("sbc-offers-srtp", "srtp-not-accepted"),
        ("tls-too-old", "tls-version-refused"),
        ("sbc-unreachable", "sbc-unreachable"),
        ("sbc-password-changed", "sbc-login-refused"),
        ("sbc-host-key-changed", "sbc-host-key-unknown"),
        ("twilio-key-revoked", "twilio-login-refused"),
        ("account-suspended", "twilio-account-not-active"),
        ("balance-empty", "twilio-balance-empty"),
        ("acl-unmapped", "trunk-without-acl"),
        ("acl-address-missing", "acl-missing-address"),
        ("credential-list", "credential-list-attached"),
        ("caller-not-verified", "caller-not-verified"),
        ("caller-invalid", "caller-invalid"),
        ("geo-permission", "twilio-geo-permission"),
        ("trunk-secure", "trunk-secure-differs"),
        ("cps-exceeded", "twilio-cps-exceeded"),
        ("domain-of-another-account", "twilio-domain-of-another-account"),
        ("symmetric-rtp", "symmetric-rtp-enabled"),
        ("twilio-adds-range", "edge-address-unknown"),
        ("dns-edge-fails", "edge-name-not-found"),
        ("edge-down", "edge-unreachable"),
        ("audio-one-way-out", "audio-one-way-out"),
        ("audio-one-way-in", "audio-one-way-in"),
        ("rtp-firewall", "audio-not-received"),
        ("codec-mismatch", "call-codec-mismatch"),
        ("loss-high", "call-loss-high"),
        ("jitter-high", "call-jitter-high"),
        ("answer-late", "call-rings-late"),
        ("ack-lost", "call-ack-lost"),
    ];

    /// <summary>Two causes that have nothing to do with each other, both of which show.</summary>
    private static readonly (string One, string Other)[] Pairs =
    [
        ("binding-disabled", "balance-empty"),
        ("adjacency-inactive", "acl-address-missing"),
        ("whitelist-gap", "credential-list"),
        ("contact-wrong", "trunk-secure"),
        ("proxy-wrong", "geo-permission"),
        ("options-too-frequent", "symmetric-rtp"),
        ("account-suspended", "adjacency-realm-wrong"),
        ("dns-edge-fails", "balance-empty"),
        ("metaview-down", "audio-one-way-out"),
        ("sbc-unreachable", "credential-list"),
        ("twilio-key-revoked", "jitter-high"),
        ("loss-high", "answer-late"),
        ("sequence-conflict", "ack-lost"),
        ("call-rate-limit", "acl-unmapped"),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_single_cause_is_named_first_and_nothing_is_named_on_a_healthy_trunk()
    {
        var rows = await RunAsync([.. Singles.Select(s => new[] { s.Cause }), []]);

        Tables.Write(
            "confusion",
            "Causes of trouble in the lab, one at a time, and what a diagnosis with a test call named first",
            ["cause", "named first", "", "other causes", "named after s", "whole s", "consequences"],
            [.. rows.Select(r => (IReadOnlyList<string>)[r.Causes.Count == 0 ? "(healthy)" : r.Causes[0], r.Roots.FirstOrDefault("-"), r.NamedFirst ? "right" : "WRONG", Words(r.Roots.Skip(1)), r.NamedAfter, r.Whole, Words(r.Consequences)])]);
        Wrong(rows.Where(r => !r.NamedFirst || (r.Causes.Count == 0 && r.Roots.Count > 0)));
    }

    [Fact]
    public async Task Both_of_two_independent_causes_are_named()
    {
        var rows = await RunAsync([.. Pairs.Select(p => new[] { p.One, p.Other })]);

        Tables.Write(
            "confusion-pairs",
            "Two independent causes of trouble at once, and the causes that a diagnosis with a test call named",
            ["causes", "named", "", "whole s", "consequences"],
            [.. rows.Select(r => (IReadOnlyList<string>)[Words(r.Causes), Words(r.Roots), r.NamedAll ? "both" : "WRONG", r.Whole, Words(r.Consequences)])]);
        Wrong(rows.Where(r => !r.NamedAll));
    }

    private static string Words(IEnumerable<string> words) => string.Join(' ', words);

    private static void Wrong(IEnumerable<Row> rows) =>
        Assert.Equal("", string.Join('\n', rows.Select(r => $"{Words(r.Causes)}: wanted {Words(r.Wanted)}, named {Words(r.Roots)}; {r.Sentence}")));

    /// <returns>In the order of what was asked.</returns>
    private static async Task<List<Row>> RunAsync(IReadOnlyList<string[]> causes)
    {
        var work = new ConcurrentQueue<int>(Enumerable.Range(0, causes.Count));
        var rows = new ConcurrentDictionary<int, Row>();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            await using var bed = await Bed.StartAsync(withCalls: true);
            var trunk = await SetUpAsync(bed);
            var before = bed.World();
            while (work.TryDequeue(out var at))
            {
                foreach (var cause in causes[at])
                {
                    await bed.BreakAsync(cause);
                }

                rows[at] = await DiagnoseAsync(bed, trunk, causes[at]);
                await bed.HealAsync();
                Assert.Equal("", LabWorld.Difference(before, bed.World()));
            }
        }, Ct)));
        return [.. rows.OrderBy(r => r.Key).Select(r => r.Value)];
    }

    private static async Task<ManagedTrunk> SetUpAsync(Bed bed)
    {
        var change = await bed.ThroughAsync(await bed.PlanNewAsync("name=acme edges=ashburn,umatilla"));
        Assert.Equal(ChangeState.Done, change.State);
        return (await bed.TrunkAsync("acme"))!;
    }

    private static async Task<Row> DiagnoseAsync(Bed bed, ManagedTrunk trunk, IReadOnlyList<string> causes)
    {
        await using var services = bed.Afresh(Settings);
        var clock = Stopwatch.StartNew();
        List<(TimeSpan At, string? First)> shown = [];
        var report = await services.GetRequiredService<TrunkDiagnosis>().RunAsync(
            trunk.Intent,
            bed.Site,
            withCall: true,
            sofar =>
            {
                shown.Add((clock.Elapsed, sofar.Causes.Count == 0 ? null : sofar.Causes[0].Code));
                return Task.CompletedTask;
            },
            Ct);
        var whole = clock.Elapsed;
        var first = report.Causes.Count == 0 ? null : report.Causes[0].Code;
        return new Row(
            causes,
            [.. causes.Select(c => Singles.Single(s => s.Cause == c).Finding)],
            [.. report.Causes.Where(c => c.BroughtAboutBy is null).Select(c => c.Code).Distinct()],
            [.. report.Causes.Where(c => c.BroughtAboutBy is not null).Select(c => c.Code).Distinct()],
            Seconds(shown.Where(s => s.First == first).Select(s => s.At).Append(whole).First()),
            Seconds(whole),
            report.Sentence);
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);

    /// <param name="NamedAfter">Seconds until what is first at the end was first in what was shown.</param>
    private sealed record Row(
        IReadOnlyList<string> Causes, IReadOnlyList<string> Wanted, IReadOnlyList<string> Roots, IReadOnlyList<string> Consequences, string NamedAfter, string Whole, string Sentence)
    {
        public bool NamedFirst => Roots.Take(1).SequenceEqual(Wanted);

        public bool NamedAll => Wanted.All(Roots.Contains);
    }
}

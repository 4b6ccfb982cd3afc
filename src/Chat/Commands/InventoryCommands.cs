using System.Text;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Dialogs.NewTrunk;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Commands;

/// <summary>What the systems show beside what the bot remembers: trunks that people built are adopted, drift is found, a trunk is written down for work by hand. Nothing is sent.</summary>
internal sealed class InventoryCommands(
    Adoption adoption, Drift drift, IEnumerable<ITrunkInventory> inventories, ITrunkStore trunks, ISites sites, TrunkLookup lookup, TrunkPlanning planning, IAuditTrail audit, SlowAnswer slow,
    Speech speech, TimeProvider time)
{
    public const string VerbAdopt = "adopt-take";
    public const string VerbRestore = "drift-restore";
    public const string VerbTakeTheirs = "drift-take";

    /// <summary>What is typed comes back with the button of the card, which holds 28,000 bytes in all.</summary>
    private const int LongestLine = 4000;

    public IEnumerable<Command> All =>
    [
        new()
        {
            Name = "adopt", Needs = Roles.Engineer, Arguments = "[NAME key=value ...]", Most = int.MaxValue, ReadsRest = true,
            Purpose = "find a trunk that people built and take it under management; without a name: those there are", Example = "adopt acme-west name=acme-w", Run = AdoptAsync,
        },
        new()
        {
            Name = "drift", Needs = Roles.Viewer, Arguments = "[NAME]", Most = 1, Purpose = "what of a trunk, or of all, is not as it was left, and who changed it", Example = "drift acme-east",
            Run = DriftAsync,
        },
        new()
        {
            Name = "fix", Needs = Roles.Engineer, Arguments = "NAME", Least = 1, Most = 1, Purpose = "plan what makes a trunk as it was left again; approved like any change", Example = "fix acme-east",
            Run = (c, t) => FixAsync(c.Turn, c.Arguments[0], t),
        },
        new()
        {
            Name = "export", Needs = Roles.Viewer, Arguments = "NAME", Least = 1, Most = 1, Purpose = "a whole trunk as files for work by hand, with the way back", Example = "export acme-east",
            Run = ExportAsync,
        },
    ];

    public static bool Handles(string? verb) => verb is VerbAdopt or VerbRestore or VerbTakeTheirs;

    public async Task<TurnOutcome> PressAsync(Turn turn, CancellationToken cancellationToken)
    {
        switch (turn.Verb)
        {
            case VerbAdopt:
                await TakeAsync(turn, cancellationToken);
                return TurnOutcome.Nothing;
            case VerbRestore:
                await FixAsync(turn, turn.Data.GetValueOrDefault("trunk") ?? "", cancellationToken);
                return TurnOutcome.Nothing;
            case VerbTakeTheirs:
                await TakeTheirsAsync(turn, cancellationToken);
                return TurnOutcome.Nothing;
            default:
                return TurnOutcome.Nothing;
        }
    }

    /// <summary>A plan from what is there to what the trunk was left as; nothing is sent before it is approved.</summary>
    private async Task FixAsync(Turn turn, string name, CancellationToken cancellationToken)
    {
        if (await lookup.FreeAsync(turn, name, cancellationToken) is { } trunk)
        {
            await planning.StartAsync(turn.Where, turn.Who, new(trunk.Intent) { Owned = trunk.Owned }, trunk.Values, cancellationToken);
        }
    }

    private async Task AdoptAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var named = call.Arguments is [var first, ..] && !first.Contains('=', StringComparison.Ordinal) ? first : null;
        var rest = named is null ? call.Rest : call.Rest[(call.Rest.IndexOf(named, StringComparison.Ordinal) + named.Length)..].TrimStart('"', '\u201D');
        var (given, errors) = ParameterLine.Read(rest);
        if (await WantedAsync(call.Turn, named, given, errors, cancellationToken) is not var (typed, site))
        {
            return;
        }

        if (named is null)
        {
            await ListAsync(call.Turn, site, cancellationToken);
            return;
        }

        var title = Localized.Text($"Adopting {ShownText.Cut(typed["name"], 40)}");
        await ReadAsync(
            call.Turn, site, title, Localized.Text($"adoption of {ShownText.Cut(typed["name"], 40)}"), again: false,
            async token => Found(await adoption.ReadAsync(typed, site, token), typed),
            cancellationToken);
    }

    /// <summary>What was typed as parameters with the site that is meant; otherwise says what is wrong.</summary>
    private async Task<(Dictionary<string, string> Typed, SiteProfile Site)?> WantedAsync(
        Turn turn, string? named, IReadOnlyDictionary<string, string> given, IReadOnlyList<string> errors, CancellationToken cancellationToken)
    {
        var wrong = errors.Concat(given.Keys.Where(key => TrunkParameters.Find(key) is null).Select(key => $"{key}: {TrunkParameters.Unknown(key)}")).ToList();
        if (given.Sum(g => g.Key.Length + g.Value.Length + 2) > LongestLine)
        {
            wrong.Add(Localized.Text($"the line is longer than {LongestLine} characters, which is more than its button could carry"));
        }

        var all = sites.All;
        var siteName = given.GetValueOrDefault("site") ?? (all is [var only] ? only.Name : null);
        var site = siteName is null ? null : sites.Find(siteName);
        if (site is null)
        {
            var names = string.Join(", ", all.Select(s => s.Name));
            wrong.Add(siteName is null ? Localized.Text($"there are several sites: add site= and one of {names}") : Localized.Text($"there is no site \"{ShownText.Cut(siteName, 40)}\"; there is {names}"));
        }

        var typed = new Dictionary<string, string>(given, StringComparer.OrdinalIgnoreCase);
        if (named is not null)
        {
            typed.TryAdd("termination", TrunkParameters.Find("termination")!.Canonical!(named).ToLowerInvariant());
            typed.TryAdd("name", typed["termination"]);
        }

        // Before anything is asked of a system: what is typed here becomes part of what they are asked.
        wrong.AddRange(typed.Where(t => t.Key != "site").Select(t => (t.Key, Parameter: TrunkParameters.Find(t.Key), t.Value))
            .Where(t => t.Parameter is not null && !t.Parameter.IsNone(t.Value)).Select(t => (t.Key, Wrong: t.Parameter!.Check(t.Value)))
            .Where(t => t.Wrong is not null).Select(t => $"{t.Key}: {t.Wrong}"));
        if (wrong.Count > 0)
        {
            await speech.SayAsync(turn.Where, Localized.Text($"Nothing is read (parameter-wrong): {string.Join("; ", wrong.Select(w => ShownText.Cut(w, 300)))}. Correct the line and say it again."), cancellationToken);
            return null;
        }

        typed["site"] = site!.Name;
        return (typed, site);
    }

    private Task ListAsync(Turn turn, SiteProfile site, CancellationToken cancellationToken)
    {
        var title = Localized.Text($"Trunks of {site.Title} that are not under management");
        return ReadAsync(
            turn, site, title, Localized.Text("list of trunks to adopt"), again: false,
            async token => Message.OfCard(InventoryCards.Candidates(await adoption.ListAsync(site, token), site), title),
            cancellationToken);
    }

    private Message Found(AdoptionReading reading, IReadOnlyDictionary<string, string> typed) => Message.OfCard(
        InventoryCards.Adoption(reading, ParameterLine.Write(typed.Select(t => new ParameterValue(t.Key, t.Value, ValueOrigin.Typed))), time.GetUtcNow()),
        reading.Against is null ? Localized.Text($"Trunk {reading.Name} can be adopted") : Localized.Text($"Trunk {ShownText.Cut(reading.Name, 40)} can't be adopted as it is"));

    private async Task TakeAsync(Turn turn, CancellationToken cancellationToken)
    {
        var (given, errors) = ParameterLine.Read(turn.Data.GetValueOrDefault("line") ?? "");
        if (await WantedAsync(turn, given.GetValueOrDefault("termination"), given, errors, cancellationToken) is not var (typed, site)
            || !typed.TryGetValue("name", out var name)
            || !await lookup.IsFreeAsync(turn, name, cancellationToken))
        {
            return;
        }

        var title = Localized.Text($"Adopting {ShownText.Cut(name, 40)}");
        await ReadAsync(
            turn, site, title, Localized.Text($"adoption of {ShownText.Cut(name, 40)}"), again: true,
            async token =>
            {
                var reading = await adoption.ReadAsync(typed, site, token);
                var against = await adoption.TakeAsync(reading, turn.Data.GetValueOrDefault("hash") ?? "", turn.Who, token);
                return against is null
                    ? Message.OfCard(
                        TalkCards.Note(
                            Localized.Text($"Trunk {reading.Name} is under management"),
                            Localized.Text($"{turn.Who.DisplayName} adopted it; nothing was sent to any system. change, remove, drift, status and test know it now."),
                            simulated: site.Simulated),
                        Localized.Text($"Trunk {reading.Name} is under management"))
                    : against.Code == "adoption-changed" ? Found(reading, typed)
                    : Message.OfCard(TalkCards.Note(Localized.Text($"Trunk {ShownText.Cut(name, 40)} is not adopted"), Localized.Text(against.Sentence), against.Code, against.Fix is null ? "" : Localized.Text(against.Fix), site.Simulated), Localized.Text(against.Sentence));
            },
            cancellationToken);
    }

    private async Task DriftAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (call.Arguments.Count == 0)
        {
            await DriftOfAllAsync(call.Turn, cancellationToken);
            return;
        }

        if (await lookup.ManagedAsync(call.Turn, call.Arguments[0], cancellationToken) is not var (trunk, site))
        {
            return;
        }

        var title = Localized.Text($"Drift of {trunk.Intent.Name}");
        await ReadAsync(
            call.Turn, site, title, Localized.Text($"drift of {trunk.Intent.Name}"), again: false,
            async token =>
            {
                var report = await drift.ReadAsync(trunk, site, token);
                return Message.OfCard(InventoryCards.Drift(report, site, time.GetUtcNow()), $"{title}: {InventoryCards.SentenceOf(report)}");
            },
            cancellationToken);
    }

    private async Task DriftOfAllAsync(Turn turn, CancellationToken cancellationToken)
    {
        var known = (await trunks.ListAsync(cancellationToken)).Select(t => (Trunk: t, Site: sites.Find(t.Intent.Site))).Where(t => t.Site is not null).ToList();
        if (known.Count == 0)
        {
            await speech.SayAsync(turn.Where, Localized.Text("There is no trunk under management yet. Say new trunk to set one up."), cancellationToken);
            return;
        }

        var title = Localized.Text("Drift of all trunks");
        await ReadAsync(
            turn, known[0].Site!, title, Localized.Text("drift of all trunks"), again: false,
            async token =>
            {
                // One after another: the systems take one reader at a time anyway.
                var reports = new List<DriftReport>();
                foreach (var (trunk, site) in known)
                {
                    reports.Add(await drift.ReadAsync(trunk, site!, token));
                }

                return Message.OfCard(InventoryCards.DriftOfAll(reports, known.Any(k => k.Site!.Simulated), time.GetUtcNow()), title);
            },
            cancellationToken);
    }

    private async Task TakeTheirsAsync(Turn turn, CancellationToken cancellationToken)
    {
        var name = turn.Data.GetValueOrDefault("trunk") ?? "";
        if (await lookup.ManagedAsync(turn, name, cancellationToken) is not var (trunk, site) || !await lookup.IsFreeAsync(turn, name, cancellationToken))
        {
            return;
        }

        var title = Localized.Text($"Drift of {trunk.Intent.Name}");
        await ReadAsync(
            turn, site, title, Localized.Text($"drift of {trunk.Intent.Name}"), again: true,
            async token =>
            {
                var report = await drift.ReadAsync(trunk, site, token);
                var against = await drift.TakeTheirsAsync(report, site, turn.Data.GetValueOrDefault("hash") ?? "", turn.Who, token);
                return against is null
                    ? Message.OfCard(
                        TalkCards.Note(title, Localized.Text($"{turn.Who.DisplayName} took what the systems show as what the trunk shall be: {InventoryCards.Taken(report)}. Nothing was sent."), simulated: site.Simulated), title)
                    : Message.OfCard(TalkCards.Note(title, Localized.Text(against.Sentence), against.Code, against.Fix is null ? "" : Localized.Text(against.Fix), site.Simulated), Localized.Text(against.Sentence));
            },
            cancellationToken);
    }

    private async Task ExportAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (await lookup.AnyAsync(call.Turn, call.Arguments[0], cancellationToken) is not var (intent, site, _))
        {
            return;
        }

        await audit.AppendAsync(AuditEntry.Of(call.Turn.Who, "trunk-exported", "", time.GetUtcNow()) with { Trunk = intent.Name }, cancellationToken);
        IReadOnlyList<ExportedFile> files = [.. inventories.SelectMany(i => i.Export(intent, site))];
        var said = new StringBuilder(Localized.Text($"Trunk {intent.Name} for work by hand. Nothing is sent by this."));
        foreach (var file in files)
        {
            said.Append('\n').Append(file.Name).Append(": ").Append(file.Purpose);
        }

        await speech.SayAsync(
            call.Turn.Where,
            Message.OfText(said.ToString()) with { Files = [.. files.Select(f => new MessageFile(f.Name, "text/plain", Encoding.UTF8.GetBytes(f.Text)))], FilesFor = call.Turn.From },
            cancellationToken);
    }

    /// <summary>A card that says that the systems are being read, edited into what came of it.</summary>
    /// <param name="what">For log and refusals.</param>
    /// <param name="again">Whether a card showed it before.</param>
    private Task ReadAsync(Turn turn, SiteProfile site, string title, string what, bool again, Func<CancellationToken, Task<Message>> work, CancellationToken cancellationToken)
    {
        var sentence = again
            ? Localized.Text("Reading once more what the card showed. Nothing is changed.")
            : Localized.Text("Reading the live systems: Twilio, Perimeta, CFS. Nothing is changed.");
        return slow.RunAsync(turn.Where, what, Message.OfCard(TalkCards.Reading(title, sentence, site), title), (_, token) => work(token), cancellationToken);
    }
}

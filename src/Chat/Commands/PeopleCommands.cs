using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Trunks;

namespace TrunkBot.Chat.Commands;

/// <summary>Who somebody is to the bot, how they like to be spoken to, and, for admins, which user of a platform is which account.</summary>
internal sealed class PeopleCommands(PeopleBook people, Accounts accounts, ISites sites, IDialogStore dialogs, ISignIn signIn, Speech speech, TimeProvider time)
{
    private const string Kind = "binding";

    /// <summary>How long the question before a binding waits for its yes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public IEnumerable<Command> All =>
    [
        new() { Name = "whoami", Needs = Roles.None, Purpose = "who you are to me, your roles, and what you may approve", Run = WhoAmIAsync },
        new() { Name = "sign in", Needs = Roles.None, Purpose = "a link by which you show which account you are", Run = SignInAsync },
        new() { Name = "language", Needs = Roles.Viewer, Arguments = "[en|de]", Most = 1, Purpose = "the language in which I speak to you", Example = "language de", Run = LanguageAsync },
        new() { Name = "timezone", Needs = Roles.Viewer, Arguments = "[ZONE]", Most = 1, Purpose = "the time zone of the times that I tell you", Example = "timezone Europe/Berlin", Run = TimeZoneAsync },
        new()
        {
            Name = "bind", Needs = Roles.Admin, Acts = true, Arguments = "USER to ACCOUNT", Least = 3, Most = int.MaxValue,
            Purpose = "let a user of Teams or Slack act as an account; I ask before I do it", Example = "bind slack:T024BE7LD/U023BECGF to ana", Run = BindAsync,
        },
        new()
        {
            Name = "unbind", Needs = Roles.Admin, Acts = true, Arguments = "USER", Least = 1, Most = int.MaxValue,
            Purpose = "take a binding away; I ask before I do it", Example = "unbind slack:T024BE7LD/U023BECGF", Run = UnbindAsync,
        },
    ];

    /// <summary>Takes the answer to the question before a binding; false when none waits, so that the text means something else.</summary>
    public async Task<bool> AnswerAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (turn.Account?.May(Roles.Admin) != true || await dialogs.FindAsync(KeyOf(turn), cancellationToken) is not { Kind: Kind } asked)
        {
            return false;
        }

        // Whatever is said, the question is answered by it.
        await dialogs.ClearAsync(asked.Key, cancellationToken);
        var text = turn.Text.Trim().TrimEnd('.', '!');
        var isYes = string.Equals(text, "yes", StringComparison.OrdinalIgnoreCase);
        if (isYes && time.GetUtcNow() - asked.Updated > Patience)
        {
            await speech.SayAsync(turn.Where, Localized.Text("That was longer than five minutes ago, so nothing was changed. Say it again if it is still wanted."), cancellationToken);
            return true;
        }

        if (!isYes)
        {
            var isNo = text.ToLowerInvariant() is "no" or "cancel";
            await speech.SayAsync(turn.Where, Localized.Text("No yes, so no binding was changed."), cancellationToken);
            return isNo;
        }

        var user = asked.Answers["user"];
        var account = asked.Answers.GetValueOrDefault("account");
        var refusal = account is null
            ? await people.UnbindAsync(user, turn.Who, cancellationToken)
            : await people.BindAsync(user, account, turn.Who, "by an admin in chat", cancellationToken);
        if (refusal is not null)
        {
            await speech.TellAsync(turn, refusal, cancellationToken);
        }
        else
        {
            await speech.SayAsync(turn.Where, account is null ? Localized.Text($"{user} is not bound any more.") : Localized.Text($"{user} is {account} from now on."), cancellationToken);
        }

        return true;
    }

    private async Task WhoAmIAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var user = ShownText.Cut(call.Turn.From.Id, 120);
        if (call.Turn.Account is not { } account)
        {
            await speech.SayAsync(
                call.Turn.Where,
                Localized.Text($"You are {user}, which is bound to no account of this site, so you may only say help and whoami (not-bound).\n")
                + Localized.Text($"Give that id to an admin of TrunkBot, who says: bind {user} to ACCOUNT. Or say sign in, to me alone, where the site has a sign-in."),
                cancellationToken);
            return;
        }

        var approves = account.May(Roles.Approver) ? sites.All.Where(s => s.Approval.Approvers.Contains(account.Id, StringComparer.Ordinal)).Select(s => s.Name).ToList() : [];
        await speech.SayAsync(
            call.Turn.Where,
            string.Join(
                '\n',
                Localized.Text($"You are {account.Id} ({ShownText.Cut(account.Name, 60)}), here as {user}."),
                Localized.Text($"Groups: {Listed(account.Groups)}. Roles: {Listed(RoleNames.Of(account.Roles))}."),
                approves.Count == 0 ? Localized.Text("You may not approve changes of any site.") : Localized.Text($"You may approve changes of {string.Join(", ", approves)} that are not your own."),
                Localized.Text($"Language: {account.Language}. Time zone: {account.TimeZone}.")),
            cancellationToken);
    }

    private async Task SignInAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (call.Turn.Account is { } account)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"You are {account.Id} already; there is nothing to sign in for."), cancellationToken);
        }
        else if (call.Turn.Where.IsGroup)
        {
            // Not every platform can show a text to one person alone, and the link is one person's.
            await speech.TellAsync(call.Turn, new Refusal("sign-in-alone", Localized.Text("The link is for you alone: say sign in in our personal chat.")), cancellationToken);
        }
        else if (signIn.LinkFor(call.Turn.From) is { } link)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"Open this within ten minutes, once, and sign in as yourself; give it to nobody: {link}"), cancellationToken);
        }
        else
        {
            await speech.TellAsync(
                call.Turn, new Refusal("sign-in-not-set-up", Localized.Text("This site has no sign-in for this channel. Say whoami and give the id to an admin.")), cancellationToken);
        }
    }

    private async Task LanguageAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var account = call.Turn.Account!;
        if (call.Arguments.Count == 0)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"Your language is {account.Language}. There are: {Languages.Listed}."), cancellationToken);
            return;
        }

        var language = call.Arguments[0].ToLowerInvariant();
        if (!Languages.IsKnown(language))
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"I don't speak \"{ShownText.Cut(call.Arguments[0], 20)}\". There are: {Languages.Listed}. (language-unknown)"), cancellationToken);
            return;
        }

        await people.ChooseAsync(account.Id, language, null, cancellationToken);
        Audience.Enter(language, account.TimeZone);
        await speech.SayAsync(call.Turn.Where, Localized.Text($"Your language is {language} from now on."), cancellationToken);
    }

    private async Task TimeZoneAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var account = call.Turn.Account!;
        if (call.Arguments.Count == 0)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"Your time zone is {account.TimeZone}. Say for example timezone Europe/Berlin."), cancellationToken);
            return;
        }

        var asked = call.Arguments[0];
        var known = TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).ToList();
        if (known.FirstOrDefault(z => string.Equals(z, asked, StringComparison.OrdinalIgnoreCase)) is not { } zone)
        {
            var near = Nearest.To(asked, known);
            await speech.SayAsync(
                call.Turn.Where,
                Localized.Text($"I don't know the time zone \"{ShownText.Cut(asked, 40)}\". {(near is null ? Localized.Text("Write it like Europe/Berlin.") : Localized.Text($"Did you mean {near}?"))} (timezone-unknown)"),
                cancellationToken);
            return;
        }

        await people.ChooseAsync(account.Id, null, zone, cancellationToken);
        await speech.SayAsync(call.Turn.Where, Localized.Text($"What I tell you alone has times in {zone} from now on."), cancellationToken);
    }

    private async Task BindAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (call.Arguments is not [.., var to, var typed] || !string.Equals(to, "to", StringComparison.OrdinalIgnoreCase))
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text("Say it like this: bind USER to ACCOUNT"), cancellationToken);
            return;
        }

        if (await UserAsync(call, call.Arguments.SkipLast(2), cancellationToken) is not { } user)
        {
            return;
        }

        if (accounts.Find(typed) is not { } account)
        {
            var near = Nearest.To(typed, accounts.All.Select(a => a.Id));
            var fix = near is null ? Localized.Text("Accounts stand in the settings, under People:Accounts.") : Localized.Text($"Did you mean {near}?");
            await speech.TellAsync(call.Turn, new Refusal("account-unknown", Localized.Text($"There is no account \"{ShownText.Cut(typed, 40)}\". {fix}")), cancellationToken);
            return;
        }

        if (await people.AgainstBindingAsync(user, account.Id, cancellationToken) is { } refusal)
        {
            await speech.TellAsync(call.Turn, refusal, cancellationToken);
            return;
        }

        await AskAsync(
            call.Turn,
            new Dictionary<string, string> { ["user"] = user, ["account"] = account.Id },
            Localized.Text($"Whoever is {user} will act as {account.Id} ({ShownText.Cut(account.Name, 60)}; {Listed(RoleNames.Of(account.Roles))}). Be sure that it is the same person: ask them for their whoami. Say yes to bind."),
            cancellationToken);
    }

    private async Task UnbindAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (await UserAsync(call, call.Arguments, cancellationToken) is not { } user)
        {
            return;
        }

        if (await people.AgainstUnbindingAsync(user, cancellationToken) is { } refusal)
        {
            await speech.TellAsync(call.Turn, refusal, cancellationToken);
            return;
        }

        await AskAsync(call.Turn, new Dictionary<string, string> { ["user"] = user }, Localized.Text($"{user} will be able to say only help and whoami. Say yes to take the binding away."), cancellationToken);
    }

    /// <summary>The user meant: the one who is mentioned, as the platform stamped it, else the id that was typed.</summary>
    private async Task<string?> UserAsync(CommandCall call, IEnumerable<string> typed, CancellationToken cancellationToken)
    {
        var words = typed.ToList();
        var id = call.Turn.Mentioned.Count == 1 ? call.Turn.Mentioned[0].Id : words.Count == 1 ? words[0] : "";
        if (call.Turn.Mentioned.Count <= 1 && UserIds.Read(id) is { } user)
        {
            return user;
        }

        var shown = ShownText.Cut(string.Join(' ', words), 60);
        await speech.TellAsync(
            call.Turn,
            new Refusal("user-id-form", Localized.Text($"\"{shown}\" is not the id of one user. In Slack mention the person, or type the id that their whoami says: slack:T024BE7LD/U023BECGF, or msteams: and their object id in Entra.")),
            cancellationToken);
        return null;
    }

    private async Task AskAsync(Turn turn, IReadOnlyDictionary<string, string> about, string question, CancellationToken cancellationToken)
    {
        await dialogs.SaveAsync(new DialogState(KeyOf(turn), Kind, "yes", about, null, time.GetUtcNow()), cancellationToken);
        await speech.SayAsync(turn.Where, question, cancellationToken);
    }

    private static string Listed(IReadOnlyList<string> words) => words.Count == 0 ? "none" : string.Join(", ", words);

    private static string KeyOf(Turn turn) => $"{turn.Where.Key}|{turn.Who.Id}|{Kind}";
}

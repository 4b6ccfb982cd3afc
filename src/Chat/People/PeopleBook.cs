using TrunkBot.Changes;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Audit;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.People;

/// <summary>
/// Who the users of the platforms are to the bot: by the settings, else by what an admin or a sign-in bound. Never by an e-mail address or a
/// display name.
/// </summary>
public sealed class PeopleBook(Accounts accounts, IPeopleStore store, IAuditTrail audit, TimeProvider time)
{
    /// <summary>The account that a platform's user is bound to, with what the person chose for themselves; null when there is none.</summary>
    public async Task<Account?> FindAsync(ChannelUser user, CancellationToken cancellationToken)
    {
        if (UserIds.Read(user.Id) is not { } id || await BoundToAsync(id, cancellationToken) is not { } account)
        {
            return null;
        }

        var chosen = await store.FindPreferencesAsync(account.Id, cancellationToken);
        return account with { Language = chosen?.Language ?? account.Language, TimeZone = chosen?.TimeZone ?? account.TimeZone };
    }

    /// <summary>Who a platform's user is as an actor: the account, or where there is none the platform's user itself, who may do nothing.</summary>
    public async Task<Actor> AccountOfAsync(ChannelUser user, CancellationToken cancellationToken) =>
        (await FindAsync(user, cancellationToken))?.Actor ?? new Actor(user.Id, user.Name);

    /// <summary>The users of one channel that are bound to an account, for mentions and views of their own; empty when there is none.</summary>
    /// <param name="account">An account's id, such as one of a site's approvers.</param>
    /// <param name="channel">Channel id, such as <c>msteams</c>.</param>
    public async Task<IReadOnlyList<ChannelUser>> UsersOfAsync(string account, string channel, CancellationToken cancellationToken)
    {
        if (accounts.Find(account) is not { } known)
        {
            return [];
        }

        var bound = (await store.BindingsOfAsync(account, cancellationToken)).Select(b => b.User).Where(u => accounts.BoundTo(u) is null);
        return
        [
            .. accounts.UsersOf(account).Concat(bound)
                .Where(u => u.StartsWith($"{channel}:", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(u => new ChannelUser(u, known.Name)),
        ];
    }

    /// <summary>The language of what everybody reads.</summary>
    public string CommonLanguage => accounts.Language;

    /// <summary>The language that an account hears where nobody else reads.</summary>
    public async Task<string> LanguageOfAsync(string account, CancellationToken cancellationToken) =>
        (await store.FindPreferencesAsync(account, cancellationToken))?.Language ?? accounts.Find(account)?.Language ?? accounts.Language;

    /// <summary>What stands against a binding; null when nothing does.</summary>
    /// <param name="user">In canonical spelling.</param>
    public async Task<Refusal?> AgainstBindingAsync(string user, string account, CancellationToken cancellationToken)
    {
        if (accounts.Find(account) is null)
        {
            return new Refusal("account-unknown", Localized.Text($"There is no account {account}. Accounts stand in the settings, under People:Accounts."));
        }

        if (accounts.BoundTo(user) is { } fixedTo)
        {
            return new Refusal("binding-in-settings", Localized.Text($"{user} is bound to {fixedTo.Id} by the settings, which chat does not change: edit People:Accounts:{fixedTo.Id} and restart."));
        }

        return await store.FindBindingAsync(user, cancellationToken) is { } bound
            ? new Refusal("already-bound", Localized.Text($"{user} is bound to {bound.Account} already. An admin says unbind {user} first."))
            : null;
    }

    /// <summary>Binds, and writes it into the audit.</summary>
    /// <param name="by">The admin, or the account itself for a sign-in.</param>
    /// <param name="how">For the audit, such as "by an admin in chat".</param>
    /// <returns>Why not; null when it is done.</returns>
    public async Task<Refusal?> BindAsync(string user, string account, Actor by, string how, CancellationToken cancellationToken)
    {
        if (await AgainstBindingAsync(user, account, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        if (!await store.TryBindAsync(new Binding(user, account, by.Id, time.GetUtcNow()), cancellationToken))
        {
            return await AgainstBindingAsync(user, account, cancellationToken) ?? new Refusal("already-bound", Localized.Text($"{user} was bound by somebody else at the same moment."));
        }

        await audit.AppendAsync(AuditEntry.Of(by, "user-bound", $"{user} to {account}, {how}", time.GetUtcNow()), cancellationToken);
        return null;
    }

    /// <summary>What stands against taking a binding away; null when nothing does.</summary>
    public async Task<Refusal?> AgainstUnbindingAsync(string user, CancellationToken cancellationToken) =>
        accounts.BoundTo(user) is { } fixedTo
            ? new Refusal("binding-in-settings", Localized.Text($"{user} is bound to {fixedTo.Id} by the settings, which chat does not change: edit People:Accounts:{fixedTo.Id} and restart."))
            : await store.FindBindingAsync(user, cancellationToken) is null ? new Refusal("nothing-bound", Localized.Text($"{user} is not bound to any account.")) : null;

    /// <summary>Takes a binding away, and writes it into the audit.</summary>
    public async Task<Refusal?> UnbindAsync(string user, Actor by, CancellationToken cancellationToken)
    {
        if (await AgainstUnbindingAsync(user, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var was = await store.FindBindingAsync(user, cancellationToken);
        if (was is not null && await store.UnbindAsync(user, cancellationToken))
        {
            await audit.AppendAsync(AuditEntry.Of(by, "user-unbound", $"{user} from {was.Account}, by an admin in chat", time.GetUtcNow()), cancellationToken);
        }

        return null;
    }

    /// <summary>Keeps what somebody chose; null leaves a choice as it was.</summary>
    public async Task ChooseAsync(string account, string? language, string? timeZone, CancellationToken cancellationToken)
    {
        var chosen = await store.FindPreferencesAsync(account, cancellationToken);
        await store.SavePreferencesAsync(new Preferences(account, language ?? chosen?.Language, timeZone ?? chosen?.TimeZone), cancellationToken);
    }

    private async Task<Account?> BoundToAsync(string user, CancellationToken cancellationToken) =>
        accounts.BoundTo(user) ?? (await store.FindBindingAsync(user, cancellationToken) is { } bound ? accounts.Find(bound.Account) : null);
}

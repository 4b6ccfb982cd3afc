using System.Globalization;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio.State;

/// <summary>Reads the account as far as one trunk depends on it. Read only.</summary>
internal sealed class StateReader(TwilioSession session, TrunkIntent intent)
{
    private readonly TrunkReader _trunks = new(session);

    /// <param name="goal">What is planned: then every trunk of the account is asked whether it uses our list too. null for a look at the status.</param>
    /// <exception cref="TwilioException">It could not be read.</exception>
    public async Task<TwilioState> ReadAsync(TrunkGoal? goal, CancellationToken cancellationToken)
    {
        var account = await session.GetAsync(TwilioCalls.Account(session.Site), cancellationToken);
        var (balance, currency) = await BalanceAsync(session, cancellationToken);
        var trunks = await session.ListAsync(TwilioCalls.Trunks(), cancellationToken);
        var trunk = trunks.FirstOrDefault(HasDomain);
        var mapped = trunk is null ? null : await _trunks.TrunkAsync(trunk, cancellationToken);
        var acls = await OwnAclsAsync(new(intent, goal?.Owned?.Facts), mapped, cancellationToken);
        var shared = goal is not null && acls.Count > 0 ? await _trunks.UsersAsync(trunks.Where(t => !HasDomain(t)), cancellationToken) : null;
        return new()
        {
            AccountStatus = account.Status,
            AccountType = account.Type,
            Balance = balance,
            Currency = currency,
            Acls = [.. acls.Select(a => a with { SharedWith = [.. shared?[a.Sid] ?? []] })],
            Trunk = mapped,
            AccountSid = session.Site.AccountSid,
            OtherAccount = trunks.Select(t => t.AccountSid).FirstOrDefault(a => !string.IsNullOrEmpty(a) && a != session.Site.AccountSid),
            Dialing = goal is { Removes: false } && intent.TestNumber.Any(char.IsAsciiDigit) ? (await DialingState.ReadAsync(session, [intent.TestNumber], cancellationToken))[0] : null,
            TaggedElsewhere = [.. trunks.Where(t => Ownership.MayBeTrunk(t.FriendlyName, intent) && !HasDomain(t)).Select(t => t.DomainName ?? t.Sid)],
            NumbersOnTrunk = goal?.Owned is null || trunk is null ? null : await NumbersOnAsync(trunk.Sid, cancellationToken),
            Numbers = await NumbersAsync([.. intent.Numbers, .. (goal?.RetiredNumbers ?? []).Except(intent.Numbers)], cancellationToken),
        };
    }

    public async Task<AccessControlList?> FindAclAsync(CancellationToken cancellationToken) =>
        await TaggedAclsAsync(cancellationToken) is [var first, ..] ? first : null;

    /// <summary>Trunks other than ours that use the list. There is no reverse look-up: every trunk is asked.</summary>
    public async Task<IReadOnlyList<string>> OtherUsersAsync(string acl, CancellationToken cancellationToken) =>
        await UsersAsync(acl, (await session.ListAsync(TwilioCalls.Trunks(), cancellationToken)).Where(t => !HasDomain(t)), cancellationToken);

    public async Task<Trunk?> FindTrunkAsync(CancellationToken cancellationToken) =>
        (await session.ListAsync(TwilioCalls.Trunks(), cancellationToken)).FirstOrDefault(HasDomain);

    /// <summary>The trunk with that SID, or, where it was deleted and an undo made it again, the one that has its domain now.</summary>
    public async Task<Trunk?> FindTrunkAsync(string sid, CancellationToken cancellationToken)
    {
        var trunks = await session.ListAsync(TwilioCalls.Trunks(), cancellationToken);
        return trunks.FirstOrDefault(t => t.Sid == sid) ?? trunks.FirstOrDefault(HasDomain);
    }

    /// <summary>The list with that SID, or, where it was deleted and an undo made it again, the only one with its name.</summary>
    public async Task<AccessControlList?> FindAclAsync(string sid, string name, CancellationToken cancellationToken)
    {
        var lists = await session.ListAsync(TwilioCalls.AccessControlLists(session.Site), cancellationToken);
        return lists.FirstOrDefault(l => l.Sid == sid) ?? (lists.Where(l => l.FriendlyName == name).ToList() is [var only] ? only : null);
    }

    /// <summary>Domain names of all trunks that use the list.</summary>
    public async Task<IReadOnlyList<string>> UsersAsync(string acl, CancellationToken cancellationToken) =>
        await UsersAsync(acl, await session.ListAsync(TwilioCalls.Trunks(), cancellationToken), cancellationToken);

    public Task<AclState> AclAsync(string sid, string? name, CancellationToken cancellationToken) => _trunks.AclAsync(sid, name, cancellationToken);

    public async Task<PhoneNumber?> FindNumberAsync(string number, CancellationToken cancellationToken) =>
        (await session.ListAsync(TwilioCalls.FindNumber(session.Site, number), cancellationToken))
            .FirstOrDefault(n => n.Number == number);

    /// <summary>What a number's voice routing is now, as the parameters that would restore it.</summary>
    public static NumberState State(string number, PhoneNumber? found)
    {
        if (found is null)
        {
            return new(number, null, null, [], []);
        }

        (string Name, string? Value)[] all =
        [
            ("VoiceUrl", found.VoiceUrl),
            ("VoiceMethod", found.VoiceMethod),
            ("VoiceFallbackUrl", found.VoiceFallbackUrl),
            ("VoiceFallbackMethod", found.VoiceFallbackMethod),
            ("VoiceApplicationSid", found.VoiceApplicationSid),
            ("VoiceCallerIdLookup", found.VoiceCallerIdLookup switch { null => null, true => "true", false => "false" }),
            ("VoiceReceiveMode", found.VoiceReceiveMode),
            ("StatusCallback", found.StatusCallback),
            ("StatusCallbackMethod", found.StatusCallbackMethod),
        ];
        var set = all.Where(p => !string.IsNullOrEmpty(p.Value)).ToList();
        return new(
            number,
            found.Sid,
            string.IsNullOrEmpty(found.TrunkSid) ? null : found.TrunkSid,
            [.. set.Where(p => !TwilioRedaction.HoldsPassword(p.Value)).Select(p => KeyValuePair.Create(p.Name, p.Value!))],
            [.. set.Where(p => TwilioRedaction.HoldsPassword(p.Value)).Select(p => p.Name)],
            found.HasEmergencyAddress);
    }

    private bool HasDomain(Trunk trunk) => string.Equals(trunk.DomainName, intent.DomainName, StringComparison.OrdinalIgnoreCase);

    internal static async Task<(decimal? Balance, string? Currency)> BalanceAsync(TwilioSession session, CancellationToken cancellationToken)
    {
        try
        {
            var balance = await session.GetAsync(TwilioCalls.Balance(session.Site), cancellationToken);
            return (decimal.TryParse(balance.Balance, NumberStyles.Number, CultureInfo.InvariantCulture, out var amount) ? amount : null, balance.Currency);
        }
        catch (TwilioException e) when (e.Trouble is TwilioTrouble.Refused or TwilioTrouble.NotFound)
        {
            // Sub-accounts have no balance of their own, and a key may not be allowed to see it.
            return (null, null);
        }
    }

    /// <summary>Lists with the trunk's mark, then those that were adopted. One that an undo made again is known by its name and by being mapped to the trunk.</summary>
    private async Task<IReadOnlyList<AclState>> OwnAclsAsync(Belongings own, TrunkState? trunk, CancellationToken cancellationToken)
    {
        var tag = Ownership.AccessControlList(intent);
        var lists = await session.ListAsync(TwilioCalls.AccessControlLists(session.Site), cancellationToken);
        List<AccessControlList> found = [.. lists.Where(l => Ownership.Is(l.FriendlyName, tag))];
        foreach (var (sid, name) in own.AdoptedAcls)
        {
            var adopted = lists.FirstOrDefault(l => l.Sid == sid)
                ?? (lists.Where(l => l.FriendlyName == name).ToList() is [var again] && trunk?.Acls.Any(a => a.Sid == again.Sid) == true ? again : null);
            if (adopted is not null && found.TrueForAll(f => f.Sid != adopted.Sid))
            {
                found.Add(adopted);
            }
        }

        List<AclState> states = [];
        foreach (var list in found)
        {
            states.Add(await AclAsync(list.Sid, list.FriendlyName, cancellationToken) with { NameTwice = lists.Count(l => l.FriendlyName == list.FriendlyName) > 1 });
        }

        return states;
    }

    private async Task<IReadOnlyList<AccessControlList>> TaggedAclsAsync(CancellationToken cancellationToken)
    {
        var tag = Ownership.AccessControlList(intent);
        var lists = await session.ListAsync(TwilioCalls.AccessControlLists(session.Site), cancellationToken);
        return [.. lists.Where(l => Ownership.Is(l.FriendlyName, tag))];
    }

    private async Task<IReadOnlyList<string>> UsersAsync(string acl, IEnumerable<Trunk> trunks, CancellationToken cancellationToken) =>
        [.. (await _trunks.UsersAsync(trunks, cancellationToken))[acl]];

    private async Task<IReadOnlyList<string>> NumbersOnAsync(string trunk, CancellationToken cancellationToken) =>
        [.. (await session.ListAsync(TwilioCalls.TrunkNumbers(trunk), cancellationToken)).Select(n => n.Number ?? n.Sid).Order(StringComparer.Ordinal)];

    private async Task<IReadOnlyList<NumberState>> NumbersAsync(IReadOnlyList<string> numbers, CancellationToken cancellationToken)
    {
        List<NumberState> states = [];
        foreach (var number in numbers)
        {
            states.Add(State(number, await FindNumberAsync(number, cancellationToken)));
        }

        return states;
    }
}

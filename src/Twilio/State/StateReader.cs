using System.Globalization;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio.State;

/// <summary>Reads the account as far as one trunk depends on it. Read only.</summary>
internal sealed class StateReader(TwilioSession session, TrunkIntent intent)
{
    /// <param name="goal">What is planned: then every trunk of the account is asked whether it uses our list too. null for a look at the status.</param>
    /// <exception cref="TwilioException">It could not be read.</exception>
    public async Task<TwilioState> ReadAsync(TrunkGoal? goal, CancellationToken cancellationToken)
    {
        var account = await session.GetAsync(TwilioCalls.Account(session.Site), cancellationToken);
        var (balance, currency) = await BalanceAsync(session, cancellationToken);
        var trunks = await session.ListAsync(TwilioCalls.Trunks(), cancellationToken);
        var trunk = trunks.FirstOrDefault(HasDomain);
        var tag = Ownership.Trunk(intent);
        var acls = await OwnAclsAsync(cancellationToken);
        return new()
        {
            AccountStatus = account.Status,
            AccountType = account.Type,
            Balance = balance,
            Currency = currency,
            Acls = acls,
            AclSharedWith = goal is not null && acls is [var acl, ..] ? await OtherUsersAsync(acl.Sid, trunks, cancellationToken) : [],
            Trunk = trunk is null ? null : await TrunkAsync(trunk, cancellationToken),
            AccountSid = session.Site.AccountSid,
            OtherAccount = trunks.Select(t => t.AccountSid).FirstOrDefault(a => !string.IsNullOrEmpty(a) && a != session.Site.AccountSid),
            Dialing = goal is { Removes: false } && intent.TestNumber.Any(char.IsAsciiDigit) ? (await DialingState.ReadAsync(session, [intent.TestNumber], cancellationToken))[0] : null,
            TaggedElsewhere = [.. trunks.Where(t => Ownership.Is(t.FriendlyName, tag) && !HasDomain(t)).Select(t => t.DomainName ?? t.Sid)],
            NumbersOnTrunk = goal?.Owned is null || trunk is null ? null : await NumbersOnAsync(trunk.Sid, cancellationToken),
            Numbers = await NumbersAsync([.. intent.Numbers, .. (goal?.RetiredNumbers ?? []).Except(intent.Numbers)], cancellationToken),
        };
    }

    public async Task<AccessControlList?> FindAclAsync(CancellationToken cancellationToken) =>
        await TaggedAclsAsync(cancellationToken) is [var first, ..] ? first : null;

    /// <summary>Trunks other than ours that use the list. There is no reverse look-up: every trunk is asked.</summary>
    public async Task<IReadOnlyList<string>> OtherUsersAsync(string acl, CancellationToken cancellationToken) =>
        await OtherUsersAsync(acl, await session.ListAsync(TwilioCalls.Trunks(), cancellationToken), cancellationToken);

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

    public async Task<AclState> AclAsync(string sid, string? name, CancellationToken cancellationToken)
    {
        var addresses = await session.ListAsync(TwilioCalls.Addresses(session.Site, sid), cancellationToken);
        return new(sid, name ?? "", [.. addresses
            .Select(a => (Entry: a, Network: AddressState.Network(a.IpAddress, a.CidrPrefixLength)))
            .Where(a => a.Network is not null)
            .Select(a => new AddressState(a.Entry.Sid, AddressState.Text(a.Network!.Value), a.Entry.FriendlyName, a.Entry.IpAddress))]);
    }

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

    private async Task<IReadOnlyList<AclState>> OwnAclsAsync(CancellationToken cancellationToken)
    {
        List<AclState> own = [];
        foreach (var list in await TaggedAclsAsync(cancellationToken))
        {
            own.Add(await AclAsync(list.Sid, list.FriendlyName, cancellationToken));
        }

        return own;
    }

    private async Task<IReadOnlyList<AccessControlList>> TaggedAclsAsync(CancellationToken cancellationToken)
    {
        var tag = Ownership.AccessControlList(intent);
        var lists = await session.ListAsync(TwilioCalls.AccessControlLists(session.Site), cancellationToken);
        return [.. lists.Where(l => Ownership.Is(l.FriendlyName, tag))];
    }

    private Task<IReadOnlyList<string>> OtherUsersAsync(string acl, IReadOnlyList<Trunk> trunks, CancellationToken cancellationToken) =>
        UsersAsync(acl, trunks.Where(t => !HasDomain(t)), cancellationToken);

    private async Task<IReadOnlyList<string>> UsersAsync(string acl, IEnumerable<Trunk> trunks, CancellationToken cancellationToken)
    {
        List<string> users = [];
        foreach (var trunk in trunks)
        {
            var lists = await session.ListAsync(TwilioCalls.TrunkAccessControlLists(trunk.Sid), cancellationToken);
            if (lists.Any(l => l.Sid == acl))
            {
                users.Add(TwilioError.OneLine(trunk.DomainName ?? trunk.Sid));
            }
        }

        return users;
    }

    private async Task<TrunkState> TrunkAsync(Trunk trunk, CancellationToken cancellationToken)
    {
        List<AclState> acls = [];
        foreach (var acl in await session.ListAsync(TwilioCalls.TrunkAccessControlLists(trunk.Sid), cancellationToken))
        {
            acls.Add(await AclAsync(acl.Sid, acl.FriendlyName, cancellationToken));
        }

        var credentials = await session.ListAsync(TwilioCalls.TrunkCredentialLists(trunk.Sid), cancellationToken);
        var urls = await session.ListAsync(TwilioCalls.OriginationUrls(trunk.Sid), cancellationToken);
        return new()
        {
            Sid = trunk.Sid,
            FriendlyName = trunk.FriendlyName,
            Secure = trunk.Secure,
            SymmetricRtp = trunk.SymmetricRtpEnabled,
            AuthType = trunk.AuthType ?? "",
            Settings = TrunkSettings.Of(trunk),
            Acls = acls,
            CredentialLists = [.. credentials.Select(c => c.FriendlyName ?? c.Sid)],
            OriginationUrls = [.. urls.Select(u => new OriginationState(u.Sid, u.FriendlyName, TwilioRedaction.Line(u.SipUrl ?? ""), u.Priority, u.Weight, u.Enabled))],
        };
    }

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

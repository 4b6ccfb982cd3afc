using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio.State;

/// <summary>Reads one trunk with what is mapped to it, whoever's it is. Read only.</summary>
internal sealed class TrunkReader(TwilioSession session)
{
    public async Task<AclState> AclAsync(string sid, string? name, CancellationToken cancellationToken)
    {
        var addresses = await session.ListAsync(TwilioCalls.Addresses(session.Site, sid), cancellationToken);
        return new(sid, name ?? "", [.. addresses
            .Select(a => (Entry: a, Network: AddressState.Network(a.IpAddress, a.CidrPrefixLength)))
            .Where(a => a.Network is not null)
            .Select(a => new AddressState(a.Entry.Sid, AddressState.Text(a.Network!.Value), a.Entry.FriendlyName, a.Entry.IpAddress))]);
    }

    public async Task<TrunkState> TrunkAsync(Trunk trunk, CancellationToken cancellationToken)
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
            OriginationUrls = [.. urls.Select(u => new OriginationState(u.Sid, u.FriendlyName, TwilioRedaction.Line(u.SipUrl ?? ""), u.Priority, u.Weight, u.Enabled, TwilioRedaction.HoldsPassword(u.SipUrl)))],
        };
    }

    /// <summary>Which trunks use which list, by the list's SID.</summary>
    public async Task<ILookup<string, string>> UsersAsync(IEnumerable<Trunk> trunks, CancellationToken cancellationToken)
    {
        List<(string Acl, string User)> users = [];
        foreach (var trunk in trunks)
        {
            var lists = await session.ListAsync(TwilioCalls.TrunkAccessControlLists(trunk.Sid), cancellationToken);
            users.AddRange(lists.Select(l => (l.Sid, TwilioError.OneLine(trunk.DomainName ?? trunk.Sid))));
        }

        return users.ToLookup(u => u.Acl, u => u.User);
    }
}

using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Bindings;

/// <summary>The updates of one binding on one switch, and how each is shown to those who approve it.</summary>
internal sealed class BindingUpdates(MetaswitchSite site, string binding)
{
    /// <exception cref="FormatException">The site's identity template is wrong.</exception>
    public string Identity => ShIdentity.Expand(site.BindingIdentity, site.MetaSwitchName, binding);

    public ShUpdate Create(IReadOnlyList<ShField> fields) =>
        new(Identity, BindingFields.ServiceIndication, SequenceNumber.Create, ShUpdate.Apply, fields);

    /// <param name="sequence">null where the update is shown before the number is known.</param>
    /// <param name="fields">Only what is to be changed.</param>
    public ShUpdate Change(IReadOnlyList<ShField> fields, int? sequence = null) =>
        new(Identity, BindingFields.ServiceIndication, sequence, ShUpdate.Apply, fields);

    /// <param name="sequence">null where the update is shown before the number is known.</param>
    public ShUpdate Delete(int? sequence = null) =>
        new(Identity, BindingFields.ServiceIndication, sequence, ShUpdate.Delete, []);

    /// <param name="status">Value of RequestedStatus.</param>
    /// <param name="sequence">null where the update is shown before the number is known.</param>
    public ShUpdate Status(string status, int? sequence = null) =>
        new(Identity, BindingFields.StatusIndication, sequence, ShUpdate.Apply, [new(BindingFields.RequestedStatus, status)]);

    /// <summary>The request line by line as it will be sent, secrets by name.</summary>
    public IReadOnlyList<string> Shown(ShUpdate update) =>
        [.. ShClient.Head(site), "", .. ShRedaction.Redact(new ShMessages(site).Update(update)).Split('\n')];
}

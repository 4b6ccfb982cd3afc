using System.Net;

namespace TrunkBot.Twilio.Rest;

/// <summary>
/// The environment's proxy for Twilio, and none for this machine: a stand-in on loopback can't be reached through a proxy, and
/// its login is nobody else's business.
/// </summary>
internal sealed class ProxyBeyondThisMachine(IWebProxy proxy) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : proxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || proxy.IsBypassed(host);
}

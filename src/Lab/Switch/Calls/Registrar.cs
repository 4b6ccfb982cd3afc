using System.Globalization;
using TrunkBot.Lab.Switch.Sip;

namespace TrunkBot.Lab.Switch.Calls;

/// <summary>Where a subscriber is: the URI of its contact, and the way by which the registration came.</summary>
internal sealed record Binding(string Uri, SipArrival Arrival, DateTimeOffset Until)
{
    public void Send(byte[] message) => Arrival.Send(Arrival.Source, message);
}

/// <summary>Registration and login of on-switch subscribers (RFC 3261 sections 10.3 and 22).</summary>
internal sealed class Registrar(ICfsView cfs, Digest digest, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Binding> contacts = [];

    public bool IsRegistered(string user) => contacts.TryGetValue(user, out var contact) && contact.Until > time.GetUtcNow();

    /// <summary>Null when the subscriber is not registered.</summary>
    public Binding? Find(string user) => IsRegistered(user) ? contacts[user] : null;

    public void Register(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (LogIn(transaction, request.To.User, "Authorization", 401, "Unauthorized", "WWW-Authenticate") is not { } subscriber)
        {
            return;
        }

        foreach (var value in request.All("Contact"))
        {
            if (Lifetime(request, value) is not { } lifetime)
            {
                transaction.Send(400, "Bad Expires");
                return;
            }

            if (lifetime == TimeSpan.Zero)
            {
                contacts.Remove(subscriber.SipUser);
            }
            else
            {
                contacts[subscriber.SipUser] = new(SipAddress.Parse(value).Uri, transaction.Arrival, time.GetUtcNow() + lifetime);
            }
        }

        var answer = transaction.Draft(200, "OK");
        if (contacts.TryGetValue(subscriber.SipUser, out var contact))
        {
            answer.Add("Contact", $"<{contact.Uri}>;expires={(int)(contact.Until - time.GetUtcNow()).TotalSeconds}");
        }

        transaction.Send(answer);
    }

    /// <summary>Asks for the login of a subscriber, or refuses; null when the request was answered so.</summary>
    public CfsSubscriber? LogIn(ServerTransaction transaction, string user, string header, int challenge, string phrase, string challengeHeader)
    {
        var request = transaction.Request;
        if (cfs.Read().Subscribers.FirstOrDefault(subscriber => subscriber.SipUser == user) is not { } subscriber)
        {
            Refuse(transaction, "subscriber-unknown", $"{user} is no subscriber of the CFS.");
            return null;
        }

        var login = digest.Check(request.All(header), request.Method!, request.RequestUri, subscriber.SipPassword);
        if (login == Login.Good && digest.UserOf(request.All(header)) == subscriber.SipUser)
        {
            return subscriber;
        }

        if (login is Login.Absent or Login.Stale)
        {
            transaction.Send(transaction.Draft(challenge, phrase).Add(challengeHeader, digest.Challenge(login == Login.Stale)));
        }
        else
        {
            Refuse(transaction, "login-wrong", $"The digest login of {user} does not fit.");
        }

        return null;
    }

    public static void Refuse(ServerTransaction transaction, string code, string reason) =>
        transaction.Send(transaction.Draft(403, "Forbidden").Add("X-Lab-Reason", $"{code}; {reason}"));

    private static TimeSpan? Lifetime(SipMessage request, string contact)
    {
        var text = SipAddress.Parse(contact).Expires ?? request["Expires"];
        return text is null ? Longest
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds))
            : null;
    }
}

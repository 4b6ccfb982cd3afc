namespace TrunkBot.Lab.Switch;

/// <summary>Whether OPTIONS that the call server sends over a configured SIP binding come back: what the binding's alarm goes by.</summary>
public interface ICallPath
{
    PathVerdict Judge(string bindingName);
}

/// <param name="Reason">One sentence that names what is in the way; what answered, when nothing is.</param>
public sealed record PathVerdict(bool Reachable, string Reason);

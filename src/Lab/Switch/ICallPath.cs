namespace TrunkBot.Lab.Switch;

/// <summary>Says whether a binding's OPTIONS would be answered now: it walks the same conditions as a call.</summary>
public interface ICallPath
{
    /// <summary>Judges the way from the call server through the SBC to Twilio.</summary>
    PathVerdict Judge(string bindingName);
}

/// <param name="Reachable">Whether an answer would come back.</param>
/// <param name="Reason">One sentence: the first condition that is not met, or that the way is open.</param>
public sealed record PathVerdict(bool Reachable, string Reason);

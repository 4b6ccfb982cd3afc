using TrunkBot.Trunks.Language;

namespace TrunkBot.Changes.Approvals;

/// <summary>One rule that stands against what somebody asked for.</summary>
/// <param name="Code">Stable code, such as <c>approver-is-requester</c>.</param>
/// <param name="Sentence">Why, and what to do, for the person who asked.</param>
public sealed record Refusal(string Code, Sentence Sentence);

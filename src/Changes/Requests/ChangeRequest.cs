using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Changes.Requests;

/// <summary>What somebody asks of a change that is there. Who may ask it, and when, is decided by the change's own rules; a refusal names every rule that stands against it.</summary>
public abstract record ChangeRequest
{
    private protected ChangeRequest()
    {
    }
}

/// <summary>Sends the plan to those who decide.</summary>
/// <param name="Reason">What the change is for; some sites ask for it.</param>
public sealed record Submit(string? Reason = null) : ChangeRequest
{
    /// <summary>The change begins not earlier; null: as soon as it is approved.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What did not begin by then never begins; null: no such limit.</summary>
    public DateTimeOffset? NotAfter { get; init; }
}

/// <summary>Approves exactly the plan with this hash. When that makes enough, the change begins by itself.</summary>
/// <param name="Reason">Why; some sites ask for it.</param>
public sealed record Approve(string PlanHash, string? Reason = null) : ChangeRequest;

/// <param name="Reason">Why, for the requester.</param>
public sealed record Reject(string Reason) : ChangeRequest;

/// <summary>
/// Takes a change back that has not begun, or that stopped before its first step; requester only. On a change that waits for a
/// person on the way back it gives the rest of the undo up.
/// </summary>
/// <param name="Reason">Why, for those who were asked.</param>
public sealed record Cancel(string? Reason = null) : ChangeRequest;

/// <summary>A person says that the manual step is done, or on the way back that it is taken back; it is checked where it can be, and the change goes on.</summary>
public sealed record ConfirmManualStep(string StepId) : ChangeRequest;

/// <summary>Somebody shows that the manual step that waits is done: a text from the system's own tool, compared with the worksheet row by row.</summary>
/// <param name="Text">As <see cref="WorksheetProof"/> reads it.</param>
public sealed record ProveManualStep(string Text) : ChangeRequest;

/// <summary>Somebody says what stands against the manual step that waits; it goes on waiting, and the card says so.</summary>
public sealed record ReportProblem(string Problem) : ChangeRequest;

/// <summary>Tries a failed change again from the step that failed.</summary>
public sealed record Retry : ChangeRequest;

/// <summary>Undoes what a failed, paused or finished change did.</summary>
public sealed record Undo : ChangeRequest;

/// <summary>The fleet lets an approved change of its own begin. No command or button leads to it.</summary>
public sealed record ReleaseMember(string FleetId) : ChangeRequest;

/// <summary>The fleet gives a change of its own up that has not begun. No command or button leads to it.</summary>
/// <param name="Why">In one sentence.</param>
public sealed record DropMember(string FleetId, Sentence Why) : ChangeRequest;

/// <summary>Begins an approved change, or says when it shall begin by itself; a time may be given before the approval.</summary>
/// <param name="At">Null: now.</param>
/// <param name="StepByStep">It pauses after each step.</param>
public sealed record Apply(DateTimeOffset? At = null, bool StepByStep = false) : ChangeRequest;

/// <summary>Takes the start of a change back: it stays approved and waits for <see cref="Apply"/>. One that runs is paused.</summary>
public sealed record Stop : ChangeRequest;

/// <summary>Has a running change stop before its next step.</summary>
public sealed record Pause : ChangeRequest;

/// <summary>Has a change that somebody paused, or that went step by step, go on to its end.</summary>
public sealed record Resume : ChangeRequest;

/// <summary>Has a paused change run exactly one step, and pause again.</summary>
public sealed record RunOneStep : ChangeRequest;

/// <summary>Leaves out the manual step that waits.</summary>
/// <param name="Reason">Why, for whoever reads the card later.</param>
public sealed record SkipManualStep(string Reason) : ChangeRequest;

/// <summary>Somebody says that what was done works: it does not undo itself any more.</summary>
public sealed record Confirm : ChangeRequest;

/// <summary>Somebody took a failed or stuck change over by hand; it ends.</summary>
/// <param name="Note">What was done.</param>
public sealed record Resolve(string Note) : ChangeRequest;

/// <summary>Takes the lock of one element away from the change that holds it and is at rest.</summary>
/// <param name="AsAdministrator">Whether the one who asks is an administrator of the bot.</param>
public sealed record Unlock(string Element, string Reason, bool AsAdministrator) : ChangeRequest;

/// <summary>In an emergency: lets a change begin without approvals and outside its times. Whom the policy names; looked at by an approver afterwards.</summary>
/// <param name="Reason">Why it can't wait.</param>
public sealed record BreakTheGlass(string Reason) : ChangeRequest;

/// <summary>An approver has looked at a change that began by broken glass.</summary>
/// <param name="Note">What came of it.</param>
public sealed record ReviewBreakGlass(string Note) : ChangeRequest;

namespace TrunkBot.Trunks.Sites;

/// <summary>Whose reason must be given.</summary>
public enum ReasonFrom
{
    /// <summary>Who sends the plan for approval says what it is for.</summary>
    Requester,

    /// <summary>Who approves says why.</summary>
    Approver,

    /// <summary>Who rejects says why.</summary>
    Denier,
}

/// <summary>
/// Who may ask for a change, who decides it, how many must, and when it may run. <see cref="Kinds"/> replaces single members for a kind of change;
/// <see cref="For"/> gives what holds for one.
/// </summary>
public sealed record ApprovalPolicy
{
    /// <summary>Begins an entry that stands for all accounts of a group.</summary>
    public const string Group = "group:";

    /// <summary>
    /// Accounts of the site, such as <c>ben</c>; in the file also <c>group:NAME</c>, which stands for the accounts of that group and is replaced by them
    /// when the file is read. Never e-mail addresses or display names.
    /// </summary>
    public required IReadOnlyList<string> Approvers { get; init; }

    /// <summary>Accounts or groups who may send a plan for approval. Empty: any engineer.</summary>
    public IReadOnlyList<string> Requesters { get; init; } = [];

    public int Needed { get; init; } = 1;

    /// <summary>How many rejections end a change; with fewer it stays open, and the rejection stands on its card.</summary>
    public int DenyThreshold { get; init; } = 1;

    public IReadOnlyList<ReasonFrom> ReasonRequired { get; init; } = [ReasonFrom.Denier];

    /// <summary>Accounts or groups who may, besides requester and approvers, confirm manual steps, retry and undo. They approve nothing by it.</summary>
    public IReadOnlyList<string> OnCall { get; init; } = [];

    /// <summary>Minutes after which an unanswered request expires.</summary>
    public int ExpiresAfterMinutes { get; init; } = 480;

    /// <summary>Minutes before that at which those who may decide are reminded, once; null: never.</summary>
    public int? RemindBeforeMinutes { get; init; }

    /// <summary>Minutes without a decision after which <see cref="FallbackApprovers"/> are told and may decide too; null: never.</summary>
    public int? EscalateAfterMinutes { get; init; }

    /// <summary>Accounts or groups who may decide once a request was escalated.</summary>
    public IReadOnlyList<string> FallbackApprovers { get; init; } = [];

    /// <summary>Accounts or groups who may, in an emergency, let a change begin without approvals and outside its times. Empty: nobody.</summary>
    public IReadOnlyList<string> BreakGlass { get; init; } = [];

    /// <summary>Whether the requester, if named in <see cref="BreakGlass"/>, may do that for the own change.</summary>
    public bool BreakGlassByRequester { get; init; }

    /// <summary>When a change may begin, in the site's time zone; empty: at any time.</summary>
    public IReadOnlyList<WeeklyWindow> BusinessHours { get; init; } = [];

    /// <summary>Times set aside for changes: if there are any, a change waits for one to begin. They hold beside <see cref="BusinessHours"/>.</summary>
    public IReadOnlyList<WeeklyWindow> MaintenanceWindows { get; init; } = [];

    /// <summary>Times in which no change begins.</summary>
    public IReadOnlyList<ChangeFreeze> Freezes { get; init; } = [];

    /// <summary>Who asks for a change may approve it too. Only at a simulated site: it is for one person alone with a lab.</summary>
    public bool OnePersonLab { get; init; }

    /// <summary>Conversation id of the approvals channel.</summary>
    public required string Channel { get; init; }

    /// <summary>What is different for one kind of change (<see cref="ChangeKinds"/>).</summary>
    public IReadOnlyDictionary<string, ApprovalOverlay> Kinds { get; init; } = new Dictionary<string, ApprovalOverlay>();

    /// <summary>What holds for one kind of change: the base with the members that the kind replaces.</summary>
    public ApprovalPolicy For(string kind)
    {
        var it = Kinds.GetValueOrDefault(kind) ?? new ApprovalOverlay();
        return this with
        {
            Approvers = it.Approvers ?? Approvers,
            Requesters = it.Requesters ?? Requesters,
            Needed = it.Needed ?? Needed,
            DenyThreshold = it.DenyThreshold ?? DenyThreshold,
            ReasonRequired = it.ReasonRequired ?? ReasonRequired,
            OnCall = it.OnCall ?? OnCall,
            ExpiresAfterMinutes = it.ExpiresAfterMinutes ?? ExpiresAfterMinutes,
            RemindBeforeMinutes = it.RemindBeforeMinutes ?? RemindBeforeMinutes,
            EscalateAfterMinutes = it.EscalateAfterMinutes ?? EscalateAfterMinutes,
            FallbackApprovers = it.FallbackApprovers ?? FallbackApprovers,
            BreakGlass = it.BreakGlass ?? BreakGlass,
            BreakGlassByRequester = it.BreakGlassByRequester ?? BreakGlassByRequester,
            BusinessHours = it.BusinessHours ?? BusinessHours,
            MaintenanceWindows = it.MaintenanceWindows ?? MaintenanceWindows,
            Freezes = it.Freezes ?? Freezes,
            Kinds = new Dictionary<string, ApprovalOverlay>(),
        };
    }
}

/// <summary>What a policy says differently for one kind of change; what is null is as in the base.</summary>
public sealed record ApprovalOverlay
{
    public IReadOnlyList<string>? Approvers { get; init; }

    public IReadOnlyList<string>? Requesters { get; init; }

    public int? Needed { get; init; }

    public int? DenyThreshold { get; init; }

    public IReadOnlyList<ReasonFrom>? ReasonRequired { get; init; }

    public IReadOnlyList<string>? OnCall { get; init; }

    public int? ExpiresAfterMinutes { get; init; }

    public int? RemindBeforeMinutes { get; init; }

    public int? EscalateAfterMinutes { get; init; }

    public IReadOnlyList<string>? FallbackApprovers { get; init; }

    public IReadOnlyList<string>? BreakGlass { get; init; }

    public bool? BreakGlassByRequester { get; init; }

    public IReadOnlyList<WeeklyWindow>? BusinessHours { get; init; }

    public IReadOnlyList<WeeklyWindow>? MaintenanceWindows { get; init; }

    public IReadOnlyList<ChangeFreeze>? Freezes { get; init; }
}

/// <summary>Kinds of change for which a policy may differ.</summary>
public static class ChangeKinds
{
    /// <summary>A trunk is set up.</summary>
    public const string SetUp = "set-up";

    /// <summary>A trunk under management is changed.</summary>
    public const string Change = "change";

    /// <summary>A trunk under management is removed.</summary>
    public const string Removal = "removal";

    /// <summary>One intent over many trunks or sites.</summary>
    public const string Fleet = "fleet";

    public static IReadOnlyList<string> All { get; } = [SetUp, Change, Removal, Fleet];
}

namespace TrunkBot.Changes.Control;

/// <summary>When a change begins by itself.</summary>
/// <param name="By">Who gave the time.</param>
/// <param name="LateMinutes">How late it may still begin when nobody was there at that time to begin it, as the site said when the time was given.</param>
public sealed record PlannedStart(DateTimeOffset At, Actor By, int LateMinutes);

/// <summary>Why a change is paused, other than for a manual step.</summary>
public enum PauseReason
{
    /// <summary>Somebody asked for it.</summary>
    Asked,

    /// <summary>It goes step by step, and one is done.</summary>
    StepByStep,

    /// <summary>Everything is done and proven; a person must confirm that it works, or it undoes itself.</summary>
    Confirmation,
}

/// <summary>
/// What people ask of a change while a run works on it. Requests alone write it, never the run, so that both can write the change: the run takes
/// over what it did not write itself.
/// </summary>
public sealed record RunWishes
{
    /// <summary>How many times a wish was written while a run worked on the change: by it the run knows a wish from the write of another run.</summary>
    public int Made { get; init; }

    /// <summary>It is to stop before the next step; null: nobody wants that.</summary>
    public Wish? Pause { get; init; }

    /// <summary>It stops after each step.</summary>
    public bool StepByStep { get; init; }

    /// <summary>Step by step, the one step that may run; a crash in the middle can't make two of it.</summary>
    public string? OnlyStep { get; init; }

    /// <summary>Who said that what was done works; null: nobody yet.</summary>
    public Wish? Confirmed { get; init; }
}

/// <summary>Who wanted something, and when.</summary>
public sealed record Wish(Actor By, DateTimeOffset At);

/// <summary>The dead man's switch, armed: not confirmed until then, the change undoes itself.</summary>
/// <param name="ByTests">The passed test counts as confirmation.</param>
public sealed record ConfirmWindow(DateTimeOffset Until, bool ByTests);

/// <summary>Something that befell a change beside its steps, for its card.</summary>
public sealed record Remark(DateTimeOffset At, string Sentence);

/// <summary>Who took a change over by hand, and what came of it.</summary>
public sealed record Resolution(Actor By, string Note, DateTimeOffset At);

using TrunkBot.Chat.People;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Commands;

/// <summary>One thing that can be typed.</summary>
internal sealed record Command
{
    /// <summary>The words that call it, such as <c>new trunk</c>; lower case.</summary>
    public required string Name { get; init; }

    /// <summary>What may follow: <c>NAME</c>, <c>[NAME]</c> where it may be left out; empty for nothing.</summary>
    public string Arguments { get; init; } = "";

    public required string Purpose { get; init; }

    /// <summary>One of these roles is needed; <see cref="Roles.None"/>: everybody may, also who is bound to no account.</summary>
    public Roles Needs { get; init; } = Roles.Operators;

    /// <summary>It changes something by itself, without a form or question first: it is never abbreviated, and no other words lead to it.</summary>
    public bool Acts { get; init; }

    /// <summary>A line as one types it, for help; empty when the usage says it all.</summary>
    public string Example { get; init; } = "";

    public int Least { get; init; }

    public int Most { get; init; }

    /// <summary>Whether words can be its arguments; where they can't, other words that mean a command (<see cref="Phrases"/>) come first. Null: any can.</summary>
    public Func<IReadOnlyList<string>, bool>? Fits { get; init; }

    /// <summary>It reads <see cref="CommandCall.Rest"/> by rules of its own, quotes included.</summary>
    public bool ReadsRest { get; init; }

    public required Func<CommandCall, CancellationToken, Task> Run { get; init; }

    public string Usage => Arguments.Length == 0 ? Name : $"{Name} {Arguments}";
}

/// <summary>A command as somebody typed it.</summary>
/// <param name="Arguments">The words after the command's own, without quotes.</param>
/// <param name="Rest">The same as one text, as typed.</param>
internal sealed record CommandCall(Turn Turn, IReadOnlyList<string> Arguments, string Rest);

namespace TrunkBot.Benchmarks.Load;

/// <summary>The way into a program, as one of the platforms takes it.</summary>
internal interface IDoor : IDisposable
{
    /// <summary>How the program knows who speaks, for the table.</summary>
    string Proof { get; }

    /// <summary>Sends a message of a person in a chat with the bot; false when it was not taken.</summary>
    /// <param name="conversation">Capital letters and digits, as both platforms take them.</param>
    /// <param name="id">Of the delivery: a repeat has the same.</param>
    Task<bool> SayAsync(string conversation, string id, string text);
}

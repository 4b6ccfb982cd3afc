namespace TrunkBot.Chat.Ports;

/// <summary>Runs what takes longer than a turn may: planning, test calls, diagnosis, edits of cards. Implemented by the host.</summary>
public interface IBackgroundWork
{
    /// <summary>Starts the work and returns at once. The token is cancelled when the host stops.</summary>
    /// <param name="what">What is being done, for the log, such as "test call of acme-east".</param>
    void Run(string what, Func<CancellationToken, Task> work);
}

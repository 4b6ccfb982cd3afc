namespace TrunkBot.Tests.Support;

// The parts that are shared with the tests speak of these two of xunit's; a program that is no test has these in their place.

internal interface IAsyncLifetime : IAsyncDisposable
{
    ValueTask InitializeAsync();
}

internal static class Assert
{
    /// <exception cref="InvalidOperationException">It does not hold.</exception>
    public static void True(bool holds, string message)
    {
        if (!holds)
        {
            throw new InvalidOperationException(message);
        }
    }
}

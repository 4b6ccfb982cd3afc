namespace TrunkBot.Lab;

/// <summary>The lab cannot run here. The message is for the person who started it.</summary>
public sealed class LabException : Exception
{
    public LabException()
    {
    }

    public LabException(string message)
        : base(message)
    {
    }

    public LabException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Stable code, which stands before the message.</summary>
    public string Code { get; init; } = "lab-cannot-start";
}

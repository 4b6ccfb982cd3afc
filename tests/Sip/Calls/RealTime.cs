namespace TrunkBot.Sip.Tests.Calls;

/// <summary>Tests that send and judge sound in real time: beside others on two cores they would measure the machine.</summary>
[CollectionDefinition(Collection, DisableParallelization = true)]
public sealed class RealTime
{
    public const string Collection = "Real time";
}

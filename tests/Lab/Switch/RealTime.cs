namespace TrunkBot.Lab.Tests.Switch;

/// <summary>Tests with phones that keep their own time: beside others on two cores they would measure the machine.</summary>
[CollectionDefinition(Collection, DisableParallelization = true)]
public sealed class RealTime
{
    public const string Collection = "Real time";
}

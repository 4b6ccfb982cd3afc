using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace TrunkBot.Changes.Tests.World;

/// <summary>Every step of the default change with every fault that a system can have while it is applied.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CombinatorialFaultsAttribute : DataAttribute
{
    private static readonly string[] Steps = ["acl", "trunk", "whitelist", "adjacency", "binding", "origination"];

    private static readonly Fault[] Faults = [Fault.Refused, Fault.CutBeforeEffect, Fault.CutAfterEffect, Fault.Half, Fault.Throws];

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Steps.SelectMany(s => Faults.Select(f => new TheoryDataRow(s, f)))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

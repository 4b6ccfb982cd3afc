using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Diagnostics.Tests.Health;

public sealed class HealthHoldTests
{
    [Fact]
    public void A_state_holds_when_two_looks_in_a_row_saw_it()
    {
        var hold = new HealthHold();

        HealthState[] looks = [HealthState.Ok, HealthState.Ok, HealthState.Failed, HealthState.Ok, HealthState.Failed, HealthState.Failed];

        Assert.Equal([null, HealthState.Ok, null, null, null, HealthState.Failed], looks.Select(hold.Look));
    }
}

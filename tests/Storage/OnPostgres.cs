namespace TrunkBot.Storage.Tests;

// Every test of every store again, on a real PostgreSQL.
public sealed class ChangeStoreOnPostgresTests : ChangeStoreTests
{
    protected override bool IsOnPostgres => true;
}

public sealed class ConversationOnPostgresTests : ConversationTests
{
    protected override bool IsOnPostgres => true;
}

public sealed class EngineOnPostgresTests : EngineOnSqliteTests
{
    protected override bool IsOnPostgres => true;
}

public sealed class InstallOnPostgresTests : InstallTests
{
    protected override bool IsOnPostgres => true;
}

public sealed class JournalAndLockOnPostgresTests : JournalAndLockTests
{
    protected override bool IsOnPostgres => true;
}

public sealed class OnCallOnPostgresTests : OnCallTests
{
    protected override bool IsOnPostgres => true;
}

public sealed class PeopleOnPostgresTests : PeopleTests
{
    protected override bool IsOnPostgres => true;
}

public sealed class FleetOnPostgresTests : FleetTests
{
    protected override bool IsOnPostgres => true;
}

public sealed class HealthOnPostgresTests : HealthTests
{
    protected override bool IsOnPostgres => true;
}

public sealed class CallBudgetOnPostgresTests : CallBudgetTests
{
    protected override bool IsOnPostgres => true;
}

public sealed class InsightsSearchOnPostgresTests : InsightsSearchTests
{
    protected override bool IsOnPostgres => true;
}

public sealed class TestScheduleOnPostgresTests : TestScheduleTests
{
    protected override bool IsOnPostgres => true;
}

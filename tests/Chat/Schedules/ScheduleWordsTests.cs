using TrunkBot.Chat.Schedules;

namespace TrunkBot.Chat.Tests.Schedules;

public sealed class ScheduleWordsTests
{
    [Theory]
    [InlineData("daily 06:00", "0 6 * * *")]
    [InlineData("Daily at 6:05", "5 6 * * *")]
    [InlineData("every day 23:59", "59 23 * * *")]
    [InlineData("weekdays 06:00", "0 6 * * 1-5")]
    [InlineData("weekends at 10:30", "30 10 * * 0,6")]
    [InlineData("mon 06:00", "0 6 * * 1")]
    [InlineData("Mondays 06:00", "0 6 * * 1")]
    [InlineData("mon,thu 22:15", "15 22 * * 1,4")]
    [InlineData("mon-fri at 06:00", "0 6 * * 1-5")]
    [InlineData("weekly sunday 03:00", "0 3 * * 0")]
    [InlineData("hourly", "0 * * * *")]
    [InlineData("every 4h", "0 */4 * * *")]
    [InlineData("every 30 minutes", "*/30 * * * *")]
    [InlineData("every 1 hour", "0 */1 * * *")]
    [InlineData("0 6 * * 1-5", "0 6 * * 1-5")]
    [InlineData("0 6 * * MON", "0 6 * * mon")]
    public void Times_are_said_in_many_ways(string said, string cron) => Assert.Equal(cron, ScheduleWords.Read(said.Split(' ')));

    [Fact]
    public void Cron_in_quotes_is_one_word() => Assert.Equal("0 6 * * 1-5", ScheduleWords.Read(["0 6 * * 1-5"]));

    [Theory]
    [InlineData("")]
    [InlineData("daily")]
    [InlineData("daily 25:00")]
    [InlineData("daily 6")]
    [InlineData("06:00")]
    [InlineData("every 5h")]
    [InlineData("every 0m")]
    [InlineData("every 45m")]
    [InlineData("mo 06:00")]
    [InlineData("monkey 06:00")]
    [InlineData("mon,,tue 06:00")]
    [InlineData("0 6 * *")]
    [InlineData("60 6 * * *")]
    [InlineData("0 6 * * 1-5 now")]
    [InlineData("@reboot")]
    public void What_is_no_time_is_none(string said) => Assert.Null(ScheduleWords.Read(said.Split(' ')));
}

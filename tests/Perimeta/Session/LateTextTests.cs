using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Tests.Session;

/// <summary>Text that does not come where it belongs: a device that is asked one thing at a time may still speak late.</summary>
public sealed class LateTextTests : IDisposable
{
    private readonly ScriptedStream _device = new();
    private readonly List<string> _recorded = [];
    private readonly CliSession _session;
    private Action _afterAnswer = static () => { };

    public LateTextTests()
    {
        var dialect = Sample.Lab with { Modes = new Dictionary<string, string>(), Limits = new() { LineSeconds = 60, QuietMilliseconds = 10 } };
        _session = new CliSession(_device, dialect, null, "SBC", TimeProvider.System);
        _session.Begin((sent, text) =>
        {
            _recorded.Add(text);
            if (!sent)
            {
                _afterAnswer();
            }
        });
        Answer(static line => line + "\r\nSBC# ");
    }

    [Fact]
    public async Task An_error_that_comes_after_the_prompt_stops_the_next_line_and_is_recorded()
    {
        await EnterAsync();
        _afterAnswer = () =>
        {
            _afterAnswer = static () => { };
            _device.Push("\r\n% Error: late.\r\nSBC# ");
            _device.WaitUntilShown();
        };
        var received = new List<string>();
        Answer(line =>
        {
            received.Add(line);
            return line + "\r\nSBC# ";
        });

        var failure = await Assert.ThrowsAsync<SbcFailureException>(() => _session.ConfigureAsync(["privacy trusted", "realm R"], static _ => { }, TestContext.Current.CancellationToken));

        Assert.Equal("sbc-line-refused", failure.Code);
        Assert.Contains("refused the line \"privacy trusted\": % Error: late.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["privacy trusted"], received);
        Assert.Contains(_recorded, text => text.Contains("% Error: late.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_prompt_that_is_late_does_not_answer_the_next_line()
    {
        await EnterAsync();
        await _session.AskAsync("show config", TestContext.Current.CancellationToken);
        _device.Received = _ =>
        {
            _device.Push("\r\nSBC# ");
            _device.WaitUntilShown();
        };

        var asked = _session.AskAsync("show config here", TestContext.Current.CancellationToken);
        _device.Push("show config here\r\nsystem\r\nSBC# ");

        Assert.Equal("system\n", await asked);
    }

    [Fact]
    public async Task An_error_before_the_echo_belongs_to_the_line_before_and_leaves_the_outcome_open()
    {
        await EnterAsync();
        await _session.AskAsync("show config", TestContext.Current.CancellationToken);
        Answer(static line => "% Error: late.\r\nSBC# " + line + "\r\nSBC# ");

        var failure = await Assert.ThrowsAsync<SbcFailureException>(() => _session.AskAsync("show config here", TestContext.Current.CancellationToken));

        Assert.Contains("refused the line \"show config\": % Error: late.", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.LineInDoubt);
    }

    [Fact]
    public async Task A_device_that_does_not_repeat_what_is_typed_is_understood()
    {
        Answer(static _ => "system\r\nSBC# ");
        await EnterAsync();

        Assert.Equal("system\n", await _session.AskAsync("show config", TestContext.Current.CancellationToken));
    }

    public void Dispose() => _session.Dispose();

    private void Answer(Func<string, string> answer) => _device.Received = line => _device.Push(answer(line));

    private async Task EnterAsync()
    {
        _device.Push("SBC# ");
        await _session.EnterAsync(TestContext.Current.CancellationToken);
    }
}

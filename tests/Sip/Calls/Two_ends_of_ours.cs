using TrunkBot.Sip.Audio;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>The media of a call whose both ends are ours, over loopback: each end sends its own tones.</summary>
[Collection(RealTime.Collection)]
public sealed class Two_ends_of_ours
{
    private static readonly TestSignal Near = new(TestTones.A, 11);
    private static readonly TestSignal Far = new(TestTones.B, 22);

    private static async Task UntilAsync(Func<bool> done)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        for (var i = 0; i < 300 && !done(); i++)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData(MediaSecurity.None)]
    [InlineData(MediaSecurity.Sdes)]
    public async Task Each_hears_the_other_and_the_keys_it_pressed(MediaSecurity security)
    {
        await using var near = MediaEnd.Of(Near, Far, security, "12");
        await using var far = MediaEnd.Of(Far, Near, security, "*0#");

        Assert.Null(near.Take(MediaEnd.Read(far.Answer(MediaEnd.Read(near.Offer())))));
        Assert.Null(near.Press());
        Assert.Null(far.Press());
        await UntilAsync(() => near.HeardEnough() && far.HeardEnough());
        var heardHere = await near.StopAsync();
        var heardThere = await far.StopAsync();

        AudioProof here = near.Judge(heardHere), there = far.Judge(heardThere);
        Assert.Equal<(AudioVerdict, Sentence)>((AudioVerdict.TwoWay, "Two-way audio: each end heard the other's signal."), AudioProof.OfBothEnds(here, there));
        Assert.Equal((0.0, 0.0), (here.HeardOwnSignalPercent, there.HeardOwnSignalPercent));
        Assert.Equal(-12.0, here.FarLevelDbm0!.Value, 0.3);
        Assert.Equal(("*0#", "12"), (string.Concat(heardHere.Digits.Select(d => d.Digit)), string.Concat(heardThere.Digits.Select(d => d.Digit))));
        Assert.Equal(security == MediaSecurity.Sdes ? 0 : null, heardHere.Refused);
    }
}

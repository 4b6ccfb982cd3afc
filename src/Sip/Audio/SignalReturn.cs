using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Audio;

/// <summary>A signal and how it went out.</summary>
/// <param name="Frames">How many of its frames were due.</param>
/// <param name="Start">Position of its first sample on the timeline of what was heard.</param>
/// <param name="Withheld">Frames that did not go out: a hold, a key.</param>
internal sealed record SentSignal(TonePairSignal Signal, int Frames, int Start, IReadOnlySet<int> Withheld)
{
    public TonePairs Tones => Signal.Tones;

    /// <summary>Position at which a frame is heard that took so long.</summary>
    public int HeardAt(int frame, int delay) => Start + (frame * RtpSession.FrameSamples) + delay;
}

/// <summary>Our own signal found in what was heard.</summary>
/// <param name="DelaySamples">Between sending and hearing, 8 per millisecond.</param>
/// <param name="First">Number of the first sent frame that came back.</param>
/// <param name="Last">Number of the last sent frame that came back.</param>
/// <param name="Matched">How many of the frames from first to last came back.</param>
/// <param name="MeanSquare">Mean power over those.</param>
/// <param name="Twist">Power of the high tones to that of the low ones, over those; 1 as it was sent.</param>
internal sealed record SignalReturn(int DelaySamples, int First, int Last, int Matched, double MeanSquare, double Twist);

/// <summary>
/// Finds the delay at which what was heard is what was sent. First every heard 20 ms that holds one of our pairs votes for all delays at
/// which that pair was sent; the true delay gets all votes, a wrong one a sixteenth. Then the windows are laid exactly on the sent frames.
/// </summary>
internal static class ReturnFinder
{
    private const int Frame = RtpSession.FrameSamples;

    /// <summary>Packets of a loop on the same machine may seem to come a little before they were sent.</summary>
    private const int EarlySamples = 80;

    /// <summary>The delay is found to a millisecond only, so a window may reach some samples into the next packet, and that one may be lost.</summary>
    private const int MostOfFrame = Frame * 7 / 8;

    /// <summary>The return with the most frames, or null when our signal is not there.</summary>
    /// <param name="heard">The timeline.</param>
    /// <param name="earliest">Delays below this many samples are passed over: to look behind a hairpin, or to take in what was sent before we listened.</param>
    public static SignalReturn? Find(SentSignal sent, ReceivedAudio heard, int earliest = -EarlySamples - Frame)
    {
        // For each pair the frames in which it was sent, in order.
        var framesOf = Enumerable.Range(0, 16).Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < sent.Frames; i++)
        {
            if (!sent.Withheld.Contains(i))
            {
                framesOf[sent.Signal.SymbolAt(i)].Add(i);
            }
        }

        var windows = heard.Length / Frame;
        var votes = new int[windows + sent.Frames + 1];
        var voters = 0;
        for (var w = 0; w < windows; w++)
        {
            if (!heard.IsCovered(w * Frame, Frame) || ToneMeter.Read(heard.Samples.Slice(w * Frame, Frame), sent.Tones).Symbol() is not { } symbol)
            {
                continue;
            }

            voters++;
            foreach (var i in framesOf[symbol])
            {
                if ((w * Frame) - sent.HeardAt(i, 0) < earliest)
                {
                    break;
                }

                votes[w - i + sent.Frames]++;
            }
        }

        var best = Array.IndexOf(votes, votes.Max());
        if (votes[best] < 12 + (0.3 * voters))
        {
            return null;
        }

        var coarse = ((best - sent.Frames) * Frame) - sent.Start;
        return Measure(sent, heard, Align(sent, heard, coarse));
    }

    /// <summary>The delay, to a millisecond, at which the windows hold most of the power of the pairs that were sent.</summary>
    private static int Align(SentSignal sent, ReceivedAudio heard, int coarse)
    {
        // 150 frames spread over the call are plenty; more only cost time.
        var frames = new List<int>();
        for (var i = 0; i < sent.Frames; i++)
        {
            var at = sent.HeardAt(i, coarse);
            if (!sent.Withheld.Contains(i) && heard.IsCovered(at - (2 * Frame), 5 * Frame) && ToneMeter.Read(heard.Samples.Slice(at, Frame), sent.Tones).OurShare > 0.3)
            {
                frames.Add(i);
            }
        }

        // How much of a pair is in its window goes up and down evenly with the shift: 5 ms apart first, then each millisecond around the best.
        var near = Best(50, Enumerable.Range(-8, 17).Select(n => coarse + (n * 40)));
        return Best(150, Enumerable.Range(-4, 9).Select(n => near + (n * 8)).Where(d => Math.Abs(d - coarse) <= 2 * Frame));

        int Best(int most, IEnumerable<int> delays) => delays.MaxBy(delay =>
        {
            // A stride of whole symbols would see one place within the symbol only and be blind to a shift of less than a symbol.
            var stride = Math.Max(1, frames.Count / most);
            stride += stride % TonePairSignal.FramesPerSymbol == 0 ? 1 : 0;
            double score = 0;
            for (var k = 0; k < frames.Count; k += stride)
            {
                var reading = ToneMeter.Read(heard.Samples.Slice(sent.HeardAt(frames[k], delay), Frame), sent.Tones);
                score += reading.Total <= 0 ? 0 : reading.Pair(sent.Signal.SymbolAt(frames[k])) / reading.Total;
            }

            return score;
        });
    }

    private static SignalReturn? Measure(SentSignal sent, ReceivedAudio heard, int delay)
    {
        var matched = new bool[sent.Frames];
        var readings = new ToneReading[sent.Frames];
        for (var i = 0; i < sent.Frames; i++)
        {
            var at = sent.HeardAt(i, delay);
            if (!sent.Withheld.Contains(i) && at >= 0 && at + Frame <= heard.Length && heard.Covered(at, Frame) >= MostOfFrame)
            {
                var reading = ToneMeter.Read(heard.Samples.Slice(at, Frame), sent.Tones);
                readings[i] = reading;

                // A far end's jitter buffer may slip by a frame; the neighbours are then as good.
                matched[i] = reading.Holds(sent.Signal.SymbolAt(i))
                    || (i > 0 && reading.Holds(sent.Signal.SymbolAt(i - 1))) || reading.Holds(sent.Signal.SymbolAt(i + 1));
            }
        }

        // A whole symbol in a row begins and ends the return: one lucky frame does not.
        bool Whole(int i) => i + 2 < sent.Frames && matched[i] && matched[i + 1] && matched[i + 2];
        var first = Enumerable.Range(0, sent.Frames).FirstOrDefault(Whole, -1);
        if (first < 0)
        {
            return null;
        }

        var last = Enumerable.Range(0, sent.Frames).Last(Whole) + 2;
        var count = 0;
        double sum = 0, low = 0, high = 0;
        for (var i = first; i <= last; i++)
        {
            if (matched[i])
            {
                count++;
                sum += readings[i].Total;
                low += readings[i].Low;
                high += readings[i].High;
            }
        }

        return new SignalReturn(delay, first, last, count, sum / count, high / low);
    }
}

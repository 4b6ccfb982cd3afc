using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Audio;

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

    /// <summary>The return with the most frames, or null when our signal is not there.</summary>
    /// <param name="signal">What was sent.</param>
    /// <param name="sentFrames">How many frames of it.</param>
    /// <param name="sendStart">Position of its first sample on the timeline.</param>
    /// <param name="heard">The timeline.</param>
    /// <param name="earliest">Delays below this many samples are passed over: to look behind a hairpin, or to take in what was sent before we listened.</param>
    public static SignalReturn? Find(TonePairSignal signal, int sentFrames, int sendStart, ReceivedAudio heard, int earliest = -EarlySamples - Frame)
    {
        var symbols = new int[sentFrames];
        for (var i = 0; i < sentFrames; i++)
        {
            symbols[i] = signal.SymbolAt(i);
        }

        var windows = heard.Length / Frame;
        var votes = new int[windows + sentFrames + 1];
        var voters = 0;
        for (var w = 0; w < windows; w++)
        {
            if (!heard.IsCovered(w * Frame, Frame) || ToneMeter.Read(heard.Samples.Slice(w * Frame, Frame), signal.Tones).Symbol() is not { } symbol)
            {
                continue;
            }

            voters++;
            for (var i = 0; i < sentFrames; i++)
            {
                var delay = (w * Frame) - sendStart - (i * Frame);
                if (delay < earliest)
                {
                    break;
                }

                if (symbols[i] == symbol)
                {
                    votes[w - i + sentFrames]++;
                }
            }
        }

        var best = Array.IndexOf(votes, votes.Max());
        if (votes[best] < 12 + (0.3 * voters))
        {
            return null;
        }

        var coarse = ((best - sentFrames) * Frame) - sendStart;
        return Measure(signal, sentFrames, sendStart, heard, Align(signal, sentFrames, sendStart, heard, coarse));
    }

    /// <summary>The delay, to a millisecond, at which the windows hold most of the power of the pairs that were sent.</summary>
    private static int Align(TonePairSignal signal, int sentFrames, int sendStart, ReceivedAudio heard, int coarse)
    {
        // 150 frames spread over the call are plenty; more only cost time. A stride of whole symbols would see one place
        // within the symbol only and be blind to a shift of less than a symbol.
        var frames = new List<int>();
        for (var i = 0; i < sentFrames; i++)
        {
            var at = sendStart + (i * Frame) + coarse;
            if (heard.IsCovered(at - (2 * Frame), 5 * Frame) && ToneMeter.Read(heard.Samples.Slice(at, Frame), signal.Tones).OurShare > 0.3)
            {
                frames.Add(i);
            }
        }

        var stride = Math.Max(1, frames.Count / 150);
        stride += stride % TonePairSignal.FramesPerSymbol == 0 ? 1 : 0;
        var best = coarse;
        var bestScore = double.MinValue;
        for (var shift = -2 * Frame; shift <= 2 * Frame; shift += 8)
        {
            double score = 0;
            for (var k = 0; k < frames.Count; k += stride)
            {
                var reading = ToneMeter.Read(heard.Samples.Slice(sendStart + (frames[k] * Frame) + coarse + shift, Frame), signal.Tones);
                score += reading.Total <= 0 ? 0 : reading.Pair(signal.SymbolAt(frames[k])) / reading.Total;
            }

            if (score > bestScore)
            {
                bestScore = score;
                best = coarse + shift;
            }
        }

        return best;
    }

    private static SignalReturn? Measure(TonePairSignal signal, int sentFrames, int sendStart, ReceivedAudio heard, int delay)
    {
        var matched = new bool[sentFrames];
        var readings = new ToneReading[sentFrames];
        for (var i = 0; i < sentFrames; i++)
        {
            var at = sendStart + (i * Frame) + delay;
            if (heard.IsCovered(at, Frame))
            {
                var reading = ToneMeter.Read(heard.Samples.Slice(at, Frame), signal.Tones);
                readings[i] = reading;

                // A far end's jitter buffer may slip by a frame; the neighbours are then as good.
                matched[i] = reading.Holds(signal.SymbolAt(i))
                    || (i > 0 && reading.Holds(signal.SymbolAt(i - 1))) || reading.Holds(signal.SymbolAt(i + 1));
            }
        }

        // A whole symbol in a row begins and ends the return: one lucky frame does not.
        bool Whole(int i) => i + 2 < sentFrames && matched[i] && matched[i + 1] && matched[i + 2];
        var first = Enumerable.Range(0, sentFrames).FirstOrDefault(Whole, -1);
        if (first < 0)
        {
            return null;
        }

        var last = Enumerable.Range(0, sentFrames).Last(Whole) + 2;
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

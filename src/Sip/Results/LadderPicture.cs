using System.Globalization;
using System.Net;
using SkiaSharp;

namespace TrunkBot.Sip.Results;

/// <summary>The messages of a call as a ladder diagram (PNG): a column for each side, an arrow for each message, the media as a band after the answer.</summary>
/// <remarks>PNG, because neither Slack nor Teams shows SVG. Any font of the machine will do; DejaVu Sans is taken where it is.</remarks>
public static class LadderPicture
{
    /// <summary>A picture for people: who wants all of a storm of messages reads the capture.</summary>
    private const int MaxRows = 60;

    internal const int TimeWidth = 90;
    internal const int ColumnWidth = 420;
    internal const int Side = 110;
    internal const int HeadHeight = 48;
    internal const int RowHeight = 30;
    private const int Margin = 16;
    private const float ArrowHead = 8;

    private static readonly SKColor Ink = new(0x1F, 0x23, 0x28);
    private static readonly SKColor Faint = new(0x8C, 0x95, 0x9F);
    private static readonly SKColor Request = new(0x0B, 0x5C, 0xAD);
    private static readonly SKColor Good = new(0x1A, 0x7F, 0x37);
    private static readonly SKColor Bad = new(0xB4, 0x23, 0x18);
    private static readonly SKColor Media = new(0xDD, 0xF4, 0xE4);

    /// <summary>The picture, or null when no message was sent.</summary>
    public static byte[]? Write(CallResult call)
    {
        if (call.Trace.Count == 0)
        {
            return null;
        }

        var peers = call.Trace.Select(l => l.Peer).Distinct().ToList();
        var rows = Rows(call);
        using var typeface = SKTypeface.FromFamilyName("DejaVu Sans") ?? SKTypeface.Default;
        using var font = new SKFont(typeface, 13) { Edging = SKFontEdging.Antialias };
        using var surface = SKSurface.Create(new SKImageInfo(X(peers.Count) + Side, HeadHeight + (rows.Count * RowHeight) + Margin));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        Lines(canvas, font, call, peers, rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            rows[i].Draw(canvas, font, HeadHeight + (i * RowHeight), peers);
        }

        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>The picture in words, for who does not see it.</summary>
    public static string AltText(CallResult call)
    {
        var messages = call.Trace.Take(MaxRows).Select(l => $"{(l.Sent ? "sent" : "received")} {Short(l.FirstLine)}");
        return call.Trace.Count == 0 ? "No SIP message was sent." : $"Ladder diagram of {call.Trace.Count} SIP messages: {string.Join(", ", messages)}.";
    }

    private static List<Row> Rows(CallResult call)
    {
        var rows = call.Trace.Take(MaxRows).Select(Row (l) => new MessageRow(l, l.Time - call.Trace[0].Time)).ToList();
        if (call.PacketsSent is not null)
        {
            // The media belongs after the ACK of the answer; a call that was hung up in the same breath has it at its end.
            var acknowledged = rows.FindIndex(r => r is MessageRow { Line: { Sent: true, FirstLine: var line } } && line.StartsWith("ACK ", StringComparison.Ordinal));
            rows.Insert(acknowledged < 0 ? rows.Count : acknowledged + 1, new MediaRow(call));
        }

        if (call.Trace.Count > MaxRows)
        {
            rows.Add(new NoteRow($"... and {call.Trace.Count - MaxRows} more messages, which the capture holds"));
        }

        return rows;
    }

    private static void Lines(SKCanvas canvas, SKFont font, CallResult call, List<IPEndPoint> peers, int rows)
    {
        using var ink = new SKPaint { Color = Ink, IsAntialias = true };
        using var line = new SKPaint { Color = Faint, StrokeWidth = 1 };
        var bottom = HeadHeight + (rows * RowHeight);
        for (var column = 0; column <= peers.Count; column++)
        {
            var name = column == 0 ? call.LocalSignalling is { } local ? $"TrunkBot {local}" : "TrunkBot" : peers[column - 1].ToString();
            canvas.DrawText(name, X(column), 24, SKTextAlign.Center, font, ink);
            canvas.DrawLine(X(column), 34, X(column), bottom, line);
        }
    }

    /// <summary>Where the line of a side stands: 0 is ours.</summary>
    internal static int X(int column) => TimeWidth + Side + (column * ColumnWidth);

    private static string Short(string firstLine) =>
        firstLine.StartsWith("SIP/2.0 ", StringComparison.Ordinal) ? firstLine[8..] : firstLine.Split(' ')[0];

    private abstract record Row
    {
        public abstract void Draw(SKCanvas canvas, SKFont font, float top, IReadOnlyList<IPEndPoint> peers);

        /// <summary>As much of a text as fits: a far end's reason phrase may be of any length.</summary>
        protected static string Fit(SKFont font, string text, float width)
        {
            if (font.MeasureText(text) <= width)
            {
                return text;
            }

            var fits = font.BreakText(text, width - font.MeasureText("..."));
            return text[..fits] + "...";
        }
    }

    private sealed record MessageRow(SipTraceLine Line, TimeSpan After) : Row
    {
        public override void Draw(SKCanvas canvas, SKFont font, float top, IReadOnlyList<IPEndPoint> peers)
        {
            var column = 1;
            while (!peers[column - 1].Equals(Line.Peer))
            {
                column++;
            }

            float ours = X(0), theirs = X(column), y = top + 22;
            var (from, to) = Line.Sent ? (ours, theirs) : (theirs, ours);
            using var faint = new SKPaint { Color = Faint, IsAntialias = true };
            using var paint = new SKPaint { Color = Colour(Line.FirstLine), StrokeWidth = 2, IsAntialias = true };
            canvas.DrawText(string.Create(CultureInfo.InvariantCulture, $"{After.TotalSeconds:0.000} s"), TimeWidth - Margin, y, SKTextAlign.Right, font, faint);
            canvas.DrawLine(from, y, to, y, paint);
            var back = to > from ? -ArrowHead : ArrowHead;
            using var head = new SKPath();
            head.AddPoly([new SKPoint(to, y), new SKPoint(to + back, y - (ArrowHead / 2)), new SKPoint(to + back, y + (ArrowHead / 2))], close: true);
            canvas.DrawPath(head, paint);
            canvas.DrawText(Fit(font, Short(Line.FirstLine), theirs - ours - (4 * ArrowHead)), (ours + theirs) / 2, y - 5, SKTextAlign.Center, font, paint);
        }

        private static SKColor Colour(string firstLine) => !firstLine.StartsWith("SIP/2.0 ", StringComparison.Ordinal) ? Request : firstLine[8..] is ['1' or '2', ..] ? Good : Bad;
    }

    private sealed record MediaRow(CallResult Call) : Row
    {
        public override void Draw(SKCanvas canvas, SKFont font, float top, IReadOnlyList<IPEndPoint> peers)
        {
            using var band = new SKPaint { Color = Media };
            using var ink = new SKPaint { Color = Ink, IsAntialias = true };
            canvas.DrawRect(SKRect.Create(X(0) + 1, top + 4, X(1) - X(0) - 2, RowHeight - 8), band);
            var lost = Call.PacketsLost is { } packets ? $"{packets} lost" : "loss not measured";
            var text = $"RTP {Call.Codec?.ToString().ToUpperInvariant()}: {Call.PacketsSent} sent, {Call.PacketsReceived} received, {lost}".Replace("RTP :", "RTP:", StringComparison.Ordinal);
            canvas.DrawText(Fit(font, text, X(1) - X(0) - (2 * ArrowHead)), (X(0) + X(1)) / 2, top + 19, SKTextAlign.Center, font, ink);
        }
    }

    private sealed record NoteRow(string Text) : Row
    {
        public override void Draw(SKCanvas canvas, SKFont font, float top, IReadOnlyList<IPEndPoint> peers)
        {
            using var faint = new SKPaint { Color = Faint, IsAntialias = true };
            canvas.DrawText(Text, X(0), top + 19, SKTextAlign.Left, font, faint);
        }
    }
}

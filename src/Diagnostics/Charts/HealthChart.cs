using System.Globalization;
using ScottPlot;

namespace TrunkBot.Diagnostics.Charts;

/// <summary>Words of a chart, in the language of who reads it.</summary>
public sealed record ChartWords(string Title, string Answered, string Served, string PostDialDelay, string Jitter, string RoundTrip, string Percent, string Milliseconds);

/// <summary>
/// The figures as a picture: shares, post-dial delay, round trips and jitter, one below the other on the same time axis. Lines differ by their marks too, not by colour alone; where
/// nothing was measured there is no line. It has a background of its own, so that it can be read on a page of either kind.
/// </summary>
public static class HealthChart
{
    private const int Width = 960;
    private const int PanelHeight = 220;

    /// <summary>Steps between two values that a line may join; over more it has a gap.</summary>
    private const int MostBridged = 2;

    // Okabe and Ito's colours: told apart by people who see few colours, and on dark and light.
    private static readonly string[] Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A6D00", "#7F7F7F"];
    private static readonly MarkerShape[] Marks =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.OpenCircle, MarkerShape.OpenSquare, MarkerShape.FilledTriangleDown, MarkerShape.OpenDiamond];

    /// <summary>A PNG.</summary>
    /// <param name="zone">Of the time axis.</param>
    public static byte[] Png(HealthFigures figures, ChartWords words, TimeZoneInfo zone, bool dark)
    {
        var all = new Multiplot();
        all.AddPlots(3);
        var plots = Enumerable.Range(0, 3).Select(i => all.GetPlot(i)).ToList();
        Line(plots[0], figures, zone, 0, words.Answered, f => f.Answered * 100);
        Line(plots[0], figures, zone, 1, words.Served, f => f.Served * 100);
        plots[0].Title(words.Title, 16);
        plots[0].YLabel(words.Percent);
        Line(plots[1], figures, zone, 2, words.PostDialDelay, f => f.PostDialDelay?.Mean);
        plots[1].YLabel(words.Milliseconds);
        for (var i = 0; i < figures.Edges.Count; i++)
        {
            var edge = figures.Edges[i];
            Line(plots[2], figures, zone, i, string.Create(CultureInfo.InvariantCulture, $"{words.RoundTrip} {edge}"), f => f.EdgeRoundTrips.TryGetValue(edge, out var rtt) ? rtt : null);
        }

        Line(plots[2], figures, zone, 3, words.Jitter, f => f.Jitter?.Mean);
        plots[2].YLabel(words.Milliseconds);
        foreach (var plot in plots)
        {
            Dress(plot, figures, zone, dark);
        }

        // The line of all is not drawn on the frame.
        plots[0].Axes.SetLimitsY(-5, 105);

        return all.Render(Width, 3 * PanelHeight).GetImageBytes(ImageFormat.Png);
    }

    private static void Line(Plot plot, HealthFigures figures, TimeZoneInfo zone, int look, string name, Func<Figures, double?> value)
    {
        var points = new List<Coordinates>();
        var before = -1;
        for (var i = 0; i < figures.Steps.Count; i++)
        {
            if (value(figures.Steps[i]) is not { } measured)
            {
                continue;
            }

            var at = Local(figures.Steps[i].Start + (figures.Step / 2), zone).ToOADate();
            if (before >= 0 && i - before > MostBridged)
            {
                points.Add(new(at, double.NaN));
            }

            points.Add(new(at, measured));
            before = i;
        }

        if (points.Count == 0)
        {
            return;
        }

        var line = plot.Add.Scatter(points);
        line.LegendText = name;
        line.Color = Color.FromHex(Colours[look % Colours.Length]);
        line.LineWidth = 2;
        line.MarkerShape = Marks[look % Marks.Length];
        line.MarkerSize = 6;
    }

    private static void Dress(Plot plot, HealthFigures figures, TimeZoneInfo zone, bool dark)
    {
        var axis = plot.Axes.DateTimeTicksBottom();
        axis.TickGenerator = new ScottPlot.TickGenerators.DateTimeAutomatic
        {
            LabelFormatter = at => at.ToString(figures.To - figures.From > TimeSpan.FromDays(2) ? "yyyy-MM-dd" : "MM-dd HH:mm", CultureInfo.InvariantCulture),
        };
        plot.Layout.Fixed(new PixelPadding(70, 210, 35, 42));
        plot.Axes.SetLimitsX(Local(figures.From, zone).ToOADate(), Local(figures.To, zone).ToOADate());
        var highest = plot.GetPlottables<ScottPlot.Plottables.Scatter>().SelectMany(s => s.Data.GetScatterPoints()).Select(p => p.Y).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        plot.Axes.SetLimitsY(0, Math.Max(highest * 1.1, 1));

        var (paper, ink, grid) = dark ? (Color.FromHex("#1F1F1F"), Color.FromHex("#E6E6E6"), Color.FromHex("#3A3A3A")) : (Color.FromHex("#FFFFFF"), Color.FromHex("#1F1F1F"), Color.FromHex("#DDDDDD"));
        plot.FigureBackground.Color = paper;
        plot.DataBackground.Color = paper;
        plot.Axes.Color(ink);
        plot.Axes.Title.Label.ForeColor = ink;
        plot.Grid.MajorLineColor = grid;
        plot.Legend.BackgroundColor = paper;
        plot.Legend.FontColor = ink;
        plot.Legend.OutlineColor = grid;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.ShowLegend(Edge.Right);
    }

    private static DateTime Local(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).DateTime;
}

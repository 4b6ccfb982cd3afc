using System.Globalization;
using System.Text;

namespace TrunkBot.Metrics;

/// <summary>Gauges in Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). Each family stands in one piece.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder text = new();

    public void Family(string name, string help) => text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n').Append("# TYPE ").Append(name).Append(" gauge\n");

    /// <param name="value">Null: not measured, and there is no sample.</param>
    /// <param name="labels">Values may be anything.</param>
    public void Sample(string name, double? value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        if (value is not { } measured)
        {
            return;
        }

        text.Append(name);
        for (var i = 0; i < labels.Length; i++)
        {
            text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"");
            foreach (var c in labels[i].Value)
            {
                _ = c switch
                {
                    '\\' => text.Append("\\\\"),
                    '"' => text.Append("\\\""),
                    '\n' => text.Append("\\n"),
                    _ => text.Append(c),
                };
            }

            text.Append('"');
        }

        text.Append(labels.Length > 0 ? "} " : " ").Append(measured.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    public override string ToString() => text.ToString();
}

using System.Text;

namespace TrunkBot.Diagnostics.Health;

/// <summary>Spreads what happens to many things at the same interval evenly over it.</summary>
public static class Spread
{
    /// <summary>The place of one name in the interval: the same in every process and on every day.</summary>
    public static TimeSpan Of(string name, TimeSpan interval)
    {
        // FNV-1a: a string's own hash is another one in every process. Its last step spreads the high bits, which few letters leave alone.
        var hash = 2166136261;
        foreach (var letter in Encoding.UTF8.GetBytes(name))
        {
            hash = unchecked((hash ^ letter) * 16777619);
        }

        hash = unchecked((hash ^ (hash >> 16)) * 0x85ebca6b);
        hash = unchecked((hash ^ (hash >> 13)) * 0xc2b2ae35);
        return interval * ((hash ^ (hash >> 16)) / (uint.MaxValue + 1.0));
    }
}

using TrunkBot.Trunks.Sites;

namespace TrunkBot.Twilio.Rest;

/// <summary>
/// The operations of the API that the program may use, and no others: nothing here buys or releases a number, writes dialing permissions, or makes a
/// credential. One file for each host.
/// </summary>
public static partial class TwilioCalls
{
    /// <summary>Largest page Twilio serves.</summary>
    private const string Page = "PageSize=1000";

    private static string Under(TwilioSite site, string rest) => $"/2010-04-01/Accounts/{site.AccountSid}/{rest}";

    /// <summary>Query parameters that are set, and the size of a page; names may hold an operator, such as <c>StartTime&gt;</c>.</summary>
    private static string Paged(params ReadOnlySpan<(string Name, string? Value)> query) => $"?{Query(query)}{(query.IsEmpty ? "" : "&")}{Page}".Replace("?&", "?", StringComparison.Ordinal);

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> query)
    {
        List<string> set = [];
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value))
            {
                set.Add($"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}");
            }
        }

        return string.Join('&', set);
    }

    private static TwilioRequest Delete(TwilioProduct product, string path) => new(HttpMethod.Delete, product, path, []);

    /// <summary>A POST with the fields that are set.</summary>
    private static TwilioRequest Post(TwilioProduct product, string path, params ReadOnlySpan<(string Name, string? Value)> form)
    {
        List<KeyValuePair<string, string>> fields = [];
        foreach (var (name, value) in form)
        {
            if (value is not null)
            {
                fields.Add(new(name, value));
            }
        }

        return new(HttpMethod.Post, product, path, fields);
    }

    private static string? Flag(bool? value) => value switch { null => null, true => "true", false => "false" };
}

using System.Text.Json;

namespace TrunkBot.Lab.Control;

/// <summary>The fields of a request: from a JSON object, a form of the page, or the address.</summary>
internal sealed class WorkForm
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    private WorkForm()
    {
    }

    /// <summary>Whether a form of the page sent it: its sender wants to see the page again.</summary>
    public bool FromPage { get; private init; }

    public string Text(string name) => _fields.GetValueOrDefault(name, "");

    /// <summary>True for JSON <c>true</c> and for a ticked check box; a form leaves out one that is not ticked.</summary>
    public bool Flag(string name) => Text(name) is "true" or "True" or "on";

    /// <returns>Null when the body is neither.</returns>
    public static async Task<WorkForm?> ReadAsync(HttpRequest request)
    {
        var form = new WorkForm { FromPage = request.HasFormContentType };
        if (request.HasFormContentType)
        {
            foreach (var (name, value) in await request.ReadFormAsync(request.HttpContext.RequestAborted))
            {
                form._fields[name] = value.ToString();
            }
        }
        else if (!await form.ReadJsonAsync(request))
        {
            return null;
        }

        foreach (var (name, value) in request.RouteValues)
        {
            form._fields[name] = value?.ToString() ?? "";
        }

        return form;
    }

    private async Task<bool> ReadJsonAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        if (body.Length == 0)
        {
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(body.ToArray());
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            foreach (var field in document.RootElement.EnumerateObject())
            {
                _fields[field.Name] = field.Value.ToString();
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

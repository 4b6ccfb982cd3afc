using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.CommandLine;

/// <summary>A trunk as a file describes it: <c>key=value</c> as in chat, on one line or many; lines that begin with <c>#</c> are notes.</summary>
internal sealed record TrunkSpec(TrunkIntent Intent, IReadOnlyList<ParameterValue> Values)
{
    /// <param name="file">A file's name, or <c>-</c> for standard input.</param>
    /// <exception cref="InputException">The file can't be read, or a value is wrong or missing; the message names each.</exception>
    public static async Task<TrunkSpec> ReadAsync(string file, SiteServices services, CancellationToken cancellationToken)
    {
        var text = (await InputText.ReadAsync(file, cancellationToken)).Text.TrimStart('\uFEFF');
        var lines = text.Split('\n').Select(line => line.Trim()).Where(line => !line.StartsWith('#'));
        var (given, errors) = ParameterLine.Read(string.Join(' ', lines));
        var typed = new Dictionary<string, string>(given, StringComparer.OrdinalIgnoreCase);
        var site = services.Site(typed.GetValueOrDefault("site"));
        typed["site"] = site.Name;
        var reading = IntentReader.Read(typed, name => name == site.Name ? site : null);
        IReadOnlyList<string> wrong = [.. errors, .. reading.Errors.Select(e => $"{e.Key}: {e.Message}")];
        return wrong.Count == 0 ? new(reading.Intent!, reading.Values) : throw new InputException($"\"{file}\" describes no trunk: {string.Join("; ", wrong)}");
    }
}

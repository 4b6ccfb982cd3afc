using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace TrunkBot.Metaswitch.Sh;

/// <summary>Reads answers by local name, whatever prefix or namespace they carry.</summary>
internal static class ShAnswerReader
{
    private const int Succeeded = 2001;
    private const int UserUnknown = 5001;

    // Values that can inherit a default are wrapped; a complaint about the wrapping is one about the field.
    private static readonly string[] Wrapping = ["Value", "UseDefault"];

    /// <exception cref="XmlException">The text is not XML, has a document type, or is no answer of the Sh interface.</exception>
    public static ShAnswer Read(string text, int httpStatus, MetaswitchOptions options)
    {
        var document = Parse(text);
        if (Find(document, "faultstring") is { } fault)
        {
            return new() { Outcome = ShOutcome.Fault, HttpStatus = httpStatus, Detail = PlainText.OneLine(fault.Value) };
        }

        var response = document.Descendants().FirstOrDefault(e => e.Name.LocalName is "ShPullResponse" or "ShUpdateResponse")
            ?? throw new XmlException("neither ShPullResponse nor ShUpdateResponse");
        var code = Number(Find(response, "ResultCode")) ?? throw new XmlException("no ResultCode");
        var data = code == Succeeded ? ReadObject(response) : null;
        var isPull = response.Name.LocalName == "ShPullResponse";
        return new()
        {
            Outcome = code switch
            {
                Succeeded when isPull && data is null => ShOutcome.Absent,
                Succeeded => ShOutcome.Success,
                UserUnknown => ShOutcome.Absent,
                _ when options.StaleSequenceCodes.Contains(code) => ShOutcome.StaleSequence,
                _ when options.NoRightsCodes.Contains(code) => ShOutcome.NoRights,
                _ => ShOutcome.Refused,
            },
            HttpStatus = httpStatus,
            ResultCode = code,
            ExtendedResultCode = Number(Find(response, "ExtendedResultCode")),
            Detail = PlainText.OneLine(Find(response, "ExtendedResultDetail")?.Value ?? ""),
            SubResults = [.. response.Descendants().Where(e => e.Name.LocalName == "SubResult").Select(ReadSubResult)],
            Data = data,
        };
    }

    internal static XDocument Parse(string text)
    {
        // An answer needs no document type; one could make the parser fetch files or grow without end.
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        using var reader = XmlReader.Create(new StringReader(text), settings);
        return XDocument.Load(reader);
    }

    private static ShObject? ReadObject(XElement response)
    {
        if (Find(response, "RepositoryData") is not { } repository)
        {
            return null;
        }

        var indication = Child(repository, "ServiceIndication")?.Value.Trim() ?? throw new XmlException("no ServiceIndication");
        var sequence = Number(Child(repository, "SequenceNumber")) ?? throw new XmlException("no SequenceNumber");
        var group = Find(repository, "MetaSwitchData")?.Elements().FirstOrDefault(e => e.Name.LocalName == indication);
        return new(indication, sequence, group is null ? [] : [.. group.Elements().Select(ReadField)]);
    }

    private static ShField ReadField(XElement element)
    {
        var name = element.Name.LocalName;
        var useDefault = Child(element, "UseDefault");
        var inheriting = useDefault is not null;
        var usesDefault = useDefault?.Value.Trim() is "1" || string.Equals(useDefault?.Value.Trim(), "True", StringComparison.OrdinalIgnoreCase);
        var value = inheriting
            ? Child(element, "Value")?.Value ?? "(default)"
            : element.Value;
        return new(name, ShRedaction.IsSecret(name) ? ShRedaction.Blank : value.Trim(), inheriting, usesDefault);
    }

    private static ShSubResult ReadSubResult(XElement element) => new(
        Number(Child(element, "SubResultCode")),
        PlainText.OneLine(Child(element, "SubResultDetail")?.Value ?? ""),
        FieldOf(Child(element, "SubResultSource")?.Value));

    /// <summary>The source is a path whose parts carry prefixes; its last part names the field.</summary>
    private static string? FieldOf(string? source)
    {
        var parts = (source ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(p => p[(p.LastIndexOf(':') + 1)..])
            .ToList();
        if (parts.Count > 1 && Wrapping.Contains(parts[^1]))
        {
            parts.RemoveAt(parts.Count - 1);
        }

        return parts.Count == 0 || parts[^1].Length == 0 ? null : PlainText.OneLine(parts[^1]);
    }

    private static XElement? Find(XContainer within, string name) =>
        within.Descendants().FirstOrDefault(e => e.Name.LocalName == name);

    private static XElement? Child(XElement parent, string name) =>
        parent.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    private static int? Number(XElement? element) =>
        int.TryParse(element?.Value.Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}

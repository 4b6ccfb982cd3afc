using System.Xml;
using System.Xml.Linq;

namespace TrunkBot.Lab.MetaView;

/// <summary>The three namespaces of a request; public clients use three combinations of them.</summary>
internal sealed record ShNamespaces(XNamespace Operation, XNamespace UserData, XNamespace ServiceData)
{
    public static readonly XNamespace Soap = "http://schemas.xmlsoap.org/soap/envelope/";

    private const string Ems = "http://www.metaswitch.com/ems/soap/sh";
    private const string Srb = "http://www.metaswitch.com/srb/soap/sh";
    private const string Sdp = "http://www.metaswitch.com/sdp/soap/sh";

    private static readonly ShNamespaces[] Variants =
    [
        new(Ems, Ems + "/userdata", Ems + "/servicedata"),
        new(Srb, Ems + "/userdata", Ems + "/servicedata"),
        new(Srb, Sdp + "/userdata", Ems + "/servicedata"),
    ];

    /// <summary>The variant of a request; a pull carries no user data, and is then answered in the first that fits.</summary>
    public static ShNamespaces? Of(XNamespace operation, XNamespace? userData) =>
        Array.Find(Variants, variant => variant.Operation == operation && (userData is null || variant.UserData == userData));
}

/// <summary>The request is not one that this service understands: answered with a SOAP fault and an HTTP status that is not 200.</summary>
internal sealed class ShFaultException(string text, int status = 500) : Exception(text)
{
    public int Status { get; } = status;
}

/// <summary>A pull or an update, read strictly.</summary>
/// <param name="Group">The element with the fields of an update, null in a pull.</param>
internal sealed record ShRequest(
    ShNamespaces Namespaces,
    bool IsUpdate,
    string UserIdentity,
    string ServiceIndication,
    int SequenceNumber,
    bool IgnoreSequenceNumber,
    string? Action,
    XElement? Group)
{
    private static readonly XmlReaderSettings Reading = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = 1_000_000 };

    /// <exception cref="ShFaultException">It is not a request of one of the public clients' forms. Texts are invented.</exception>
    public static ShRequest Read(string xml)
    {
        XElement envelope;
        try
        {
            using var reader = XmlReader.Create(new StringReader(xml), Reading);
            envelope = XElement.Load(reader);
        }
        catch (XmlException)
        {
            throw new ShFaultException("not well-formed XML");
        }

        if (envelope.Name != ShNamespaces.Soap + "Envelope" || envelope.Element(ShNamespaces.Soap + "Body")?.Elements().ToList() is not [var operation])
        {
            throw new ShFaultException("not a SOAP 1.1 envelope with one operation");
        }

        if (operation.Name.LocalName is not ("ShPull" or "ShUpdate"))
        {
            throw new ShFaultException($"unknown operation {operation.Name.LocalName}");
        }

        var isUpdate = operation.Name.LocalName == "ShUpdate";
        var shData = operation.Elements().FirstOrDefault(element => element.Name.LocalName == "UserData")?.Elements().FirstOrDefault();
        var namespaces = ShNamespaces.Of(operation.Name.Namespace, isUpdate ? shData?.Name.Namespace : null)
            ?? throw new ShFaultException($"unknown namespace {operation.Name.NamespaceName} or {shData?.Name.NamespaceName}");
        CheckClientVersion(Text(operation, namespaces.Operation, "OriginHost"));
        if (Text(operation, namespaces.Operation, "DataReference") != "0")
        {
            throw new ShFaultException("DataReference must be 0");
        }

        var identity = Text(operation, namespaces.Operation, "UserIdentity");
        return isUpdate
            ? ReadUpdate(namespaces, identity, shData)
            : new ShRequest(namespaces, false, identity, Text(operation, namespaces.Operation, "ServiceIndication"), 0, false, null, null);
    }

    private static ShRequest ReadUpdate(ShNamespaces namespaces, string identity, XElement? shData)
    {
        if (shData is null || shData.Name != namespaces.UserData + "Sh-Data" || shData.Elements(namespaces.UserData + "RepositoryData").ToList() is not [var repository])
        {
            throw new ShFaultException("UserData must hold one Sh-Data with one RepositoryData");
        }

        var indication = Text(repository, namespaces.UserData, "ServiceIndication");
        if (!int.TryParse(Text(repository, namespaces.UserData, "SequenceNumber"), out var sequence) || sequence is < 0 or > 65535)
        {
            throw new ShFaultException("SequenceNumber must be from 0 to 65535");
        }

        var data = repository.Element(namespaces.UserData + "ServiceData")?.Element(namespaces.ServiceData + "MetaSwitchData")
            ?? throw new ShFaultException("ServiceData must hold MetaSwitchData");
        if (data.Attribute("MetaSwitchVersion") is null || data.Attribute("IgnoreSequenceNumber")?.Value is not ("True" or "False"))
        {
            throw new ShFaultException("MetaSwitchData needs MetaSwitchVersion, and IgnoreSequenceNumber True or False");
        }

        return data.Elements().ToList() is [var group] && group.Name == namespaces.ServiceData + indication
            ? new ShRequest(namespaces, true, identity, indication, sequence, data.Attribute("IgnoreSequenceNumber")!.Value == "True", group.Attribute("Action")?.Value, group)
            : throw new ShFaultException($"MetaSwitchData must hold one {indication}");
    }

    private static string Text(XElement parent, XNamespace space, string name) =>
        parent.Element(space + name)?.Value ?? throw new ShFaultException($"{name} is missing");

    // Invented: only that a bad version is answered with a fault is published. The lab speaks any 9.x.
    private static void CheckClientVersion(string originHost)
    {
        const string parameter = "?clientVersion=";
        var at = originHost.IndexOf(parameter, StringComparison.Ordinal);
        if (at < 0 || !originHost[(at + parameter.Length)..].StartsWith("9.", StringComparison.Ordinal))
        {
            throw new ShFaultException("client version not supported");
        }
    }
}

/// <summary>One refused element, with the path to it.</summary>
internal sealed record SubResult(string Code, string Detail, string Source);

/// <summary>What an operation comes to.</summary>
/// <param name="ResultCode">2001 success, 5001 no such data, 5105 out of date; 5999 is invented.</param>
internal sealed record ShAnswer(string ResultCode, string ExtendedCode, string? Detail, IReadOnlyList<SubResult> SubResults, int? SequenceNumber = null, IReadOnlyList<KeyValuePair<string, string>>? Fields = null)
{
    public static ShAnswer Success { get; } = new("2001", "100", null, []);

    public static ShAnswer Absent { get; } = new("5001", "9000", "no such object", []);

    public static ShAnswer OutOfDate { get; } = new("5105", "9003", "the sequence number is not the next one", []);

    /// <summary>The public 3GPP code for data that can't be read; its use here is not published.</summary>
    public static ShAnswer NoRights { get; } = new("5102", "9011", "the user has no rights", []);

    public static ShAnswer Refused(params IReadOnlyList<SubResult> reasons) => new("5999", "9001", "request refused", reasons);

    public static ShAnswer Pulled(int sequenceNumber, IReadOnlyList<KeyValuePair<string, string>> fields) => Success with { SequenceNumber = sequenceNumber, Fields = fields };

    public XElement ToXml(ShRequest request, bool oddPrefixes)
    {
        var (operation, userData, serviceData) = request.Namespaces;
        var answer = new XElement(
            operation + (request.IsUpdate ? "ShUpdateResponse" : "ShPullResponse"),
            new XElement(operation + "ResultCode", ResultCode),
            new XElement(
                operation + "ExtendedResult",
                new XElement(operation + "ExtendedResultCode", ExtendedCode),
                Detail is null ? null : new XElement(operation + "ExtendedResultDetail", Detail),
                SubResults.Count == 0 ? null : new XElement(operation + "ExtendedSubResults", SubResults.Select(sub => new XElement(
                    operation + "SubResult",
                    new XElement(operation + "SubResultCode", sub.Code),
                    new XElement(operation + "SubResultDetail", sub.Detail),
                    new XElement(operation + "SubResultSource", sub.Source))))),
            Fields is null ? null : new XElement(operation + "UserData", new XElement(userData + "Sh-Data", new XElement(
                userData + "RepositoryData",
                new XElement(userData + "ServiceIndication", request.ServiceIndication),
                new XElement(userData + "SequenceNumber", SequenceNumber),
                new XElement(userData + "ServiceData", new XElement(serviceData + "MetaSwitchData", new XElement(
                    serviceData + request.ServiceIndication, Fields.Select(field => new XElement(serviceData + field.Key, field.Value)))))))));
        if (oddPrefixes)
        {
            answer.Add(new XAttribute(XNamespace.Xmlns + "zz", operation.NamespaceName), new XAttribute(XNamespace.Xmlns + "y-1", userData.NamespaceName), new XAttribute(XNamespace.Xmlns + "x.2", serviceData.NamespaceName));
        }

        return answer;
    }
}

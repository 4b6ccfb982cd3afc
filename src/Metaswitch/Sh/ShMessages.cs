using System.Globalization;
using System.Text;
using System.Xml;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Sh;

/// <summary>What an update does to one object.</summary>
/// <param name="SequenceNumber">null only where the update is shown before the number is known.</param>
/// <param name="Action"><c>apply</c> or <c>delete</c>.</param>
/// <param name="Fields">Only what is to be set; empty for a deletion.</param>
public sealed record ShUpdate(string Identity, string ServiceIndication, int? SequenceNumber, string Action, IReadOnlyList<ShField> Fields)
{
    public const string Apply = "apply";
    public const string Delete = "delete";
}

/// <summary>Writes the SOAP envelopes of one site, byte for byte as they are sent.</summary>
public sealed class ShMessages(MetaswitchSite site)
{
    private const string Soap = "http://schemas.xmlsoap.org/soap/envelope/";

    /// <summary>Stands in a shown request where the number is pulled right before sending.</summary>
    private const string NumberToCome = "{pulled sequence number + 1}";

    private readonly ShNamespaces _namespaces = ShNamespaces.Of(site);

    /// <summary>The envelope that reads one service indication of one object.</summary>
    public string Pull(string identity, string serviceIndication) => Write(xml =>
    {
        xml.WriteStartElement("sh", "ShPull", _namespaces.Operation);
        Element(xml, "sh", _namespaces.Operation, "UserIdentity", identity);
        Element(xml, "sh", _namespaces.Operation, "DataReference", "0");
        Element(xml, "sh", _namespaces.Operation, "ServiceIndication", serviceIndication);
        OriginHost(xml);
        xml.WriteEndElement();
    });

    /// <summary>The envelope that creates, changes or deletes.</summary>
    public string Update(ShUpdate update) => Write(xml =>
    {
        var (sh, u, s) = (_namespaces.Operation, _namespaces.UserData, _namespaces.ServiceData);
        xml.WriteStartElement("sh", "ShUpdate", sh);
        Element(xml, "sh", sh, "UserIdentity", update.Identity);
        Element(xml, "sh", sh, "DataReference", "0");
        xml.WriteStartElement("sh", "UserData", sh);
        xml.WriteStartElement("u", "Sh-Data", u);
        xml.WriteStartElement("u", "RepositoryData", u);
        Element(xml, "u", u, "ServiceIndication", update.ServiceIndication);
        Element(xml, "u", u, "SequenceNumber", update.SequenceNumber?.ToString(CultureInfo.InvariantCulture) ?? NumberToCome);
        xml.WriteStartElement("u", "ServiceData", u);
        xml.WriteStartElement("s", "MetaSwitchData", s);
        xml.WriteAttributeString("IgnoreSequenceNumber", update.Action == ShUpdate.Delete && site.IgnoreSequenceNumberOnDelete ? "True" : "False");
        xml.WriteAttributeString("MetaSwitchVersion", site.MetaSwitchVersion ?? site.ClientVersion);
        xml.WriteStartElement("s", update.ServiceIndication, s);
        xml.WriteAttributeString("Action", update.Action);
        foreach (var field in update.Fields)
        {
            Field(xml, s, field);
        }

        for (var open = 0; open < 6; open++)
        {
            xml.WriteEndElement();
        }

        OriginHost(xml);
        xml.WriteEndElement();
    });

    private static void Field(XmlWriter xml, string s, ShField field)
    {
        if (!field.Inheriting)
        {
            Element(xml, "s", s, field.Name, field.Value);
            return;
        }

        xml.WriteStartElement("s", field.Name, s);
        Element(xml, "s", s, "UseDefault", field.UsesDefault ? "True" : "False");
        if (!field.UsesDefault)
        {
            Element(xml, "s", s, "Value", field.Value);
        }

        xml.WriteEndElement();
    }

    private void OriginHost(XmlWriter xml) =>
        Element(xml, "sh", _namespaces.Operation, "OriginHost", $"trunkbot?clientVersion={site.ClientVersion}");

    private static void Element(XmlWriter xml, string prefix, string ns, string name, string value)
    {
        // A line break in a value would forge a line of the plan that people approve.
        if (value.Any(char.IsControl))
        {
            throw new ArgumentException($"{name} holds a control character", nameof(value));
        }

        xml.WriteElementString(prefix, name, ns, value);
    }

    private static string Write(Action<XmlWriter> body)
    {
        var text = new StringBuilder();
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true };
        using (var xml = XmlWriter.Create(text, settings))
        {
            xml.WriteStartElement("e", "Envelope", Soap);
            xml.WriteStartElement("e", "Body", Soap);
            body(xml);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return text.ToString();
    }
}

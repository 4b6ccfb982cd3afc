using System.Xml;
using System.Xml.Linq;

namespace TrunkBot.Metaswitch.Sh;

/// <summary>Blanks the value of every element or attribute whose name contains "Password" before anything is kept or shown.</summary>
internal static class ShRedaction
{
    public const string Blank = "***";

    public static bool IsSecret(string name) => name.Contains("Password", StringComparison.OrdinalIgnoreCase);

    /// <summary>The text as it may be kept. Text that is no XML and speaks of a password is withheld as a whole.</summary>
    public static string Redact(string text)
    {
        if (!IsSecret(text))
        {
            return text;
        }

        XDocument document;
        try
        {
            document = ShAnswerReader.Parse(text);
        }
        catch (XmlException)
        {
            return $"({text.Length} characters that are not XML, withheld because they speak of a password)";
        }

        foreach (var element in document.Descendants().ToList())
        {
            foreach (var attribute in element.Attributes().Where(a => !a.IsNamespaceDeclaration && IsSecret(a.Name.LocalName)))
            {
                attribute.Value = Blank;
            }

            if (IsSecret(element.Name.LocalName))
            {
                element.Value = Blank;
            }
        }

        return document.ToString(SaveOptions.DisableFormatting);
    }
}

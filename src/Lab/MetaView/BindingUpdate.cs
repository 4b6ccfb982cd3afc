using System.Xml.Linq;

namespace TrunkBot.Lab.MetaView;

/// <summary>What is wrong with one field of an update. Codes and texts are invented.</summary>
internal sealed record BindingComplaint(string Code, string Detail, string Field);

/// <summary>Judges the fields of a create or an update, and names every one that is wrong, not only the first.</summary>
internal static class BindingUpdate
{
    public static IEnumerable<BindingComplaint> Check(CfsObjects objects, string name, bool creates, XElement group)
    {
        var last = -1;
        var seen = new HashSet<string>();
        foreach (var element in group.Elements())
        {
            var field = element.Name.LocalName;
            var position = BindingSchema.Position(field);
            if (element.Name.Namespace != group.Name.Namespace || position < 0)
            {
                yield return new BindingComplaint("9011", "unknown element", field);
                continue;
            }

            seen.Add(field);
            if (position <= last)
            {
                yield return new BindingComplaint("9012", "out of order or twice", field);
            }

            last = Math.Max(last, position);
            if (Complaint(objects, name, field, element) is { } complaint)
            {
                yield return complaint;
            }
        }

        foreach (var missing in BindingSchema.Fields.Where(field => creates && field.Mandatory && !seen.Contains(field.Name)))
        {
            yield return new BindingComplaint("9013", "is missing", missing.Name);
        }
    }

    private static BindingComplaint? Complaint(CfsObjects objects, string name, string field, XElement element)
    {
        if (element.HasElements)
        {
            return new BindingComplaint("9014", "holds elements, a plain value is expected", field);
        }

        if (BindingSchema.Fields[BindingSchema.Position(field)].Complaint(element.Value) is { } detail)
        {
            return new BindingComplaint("9015", detail, field);
        }

        return field switch
        {
            "Name" when element.Value != name => new BindingComplaint("9016", "differs from the user identity", field),
            "MediaGatewayModel" when objects.MediaGatewayModels.All(model => model.Name != element.Value) => new BindingComplaint("9002", "no such model", field),
            _ => null,
        };
    }
}

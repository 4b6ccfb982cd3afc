using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Sh;

/// <summary>The three namespace URIs of the Sh interface (published: Sh clients).</summary>
public sealed record ShNamespaces(string Operation, string UserData, string ServiceData)
{
    private const string Ems = "http://www.metaswitch.com/ems/soap/sh";
    private const string Srb = "http://www.metaswitch.com/srb/soap/sh";
    private const string Sdp = "http://www.metaswitch.com/sdp/soap/sh/userdata";

    /// <summary>Those of the site's variant, but for what the site sets itself.</summary>
    public static ShNamespaces Of(MetaswitchSite site)
    {
        var preset = Of(site.Variant);
        return new(site.Namespaces?.Operation ?? preset.Operation, site.Namespaces?.UserData ?? preset.UserData, site.Namespaces?.ServiceData ?? preset.ServiceData);
    }

    private static ShNamespaces Of(ShVariant variant) => variant switch
    {
        ShVariant.Direct => new(Ems, Ems + "/userdata", Ems + "/servicedata"),
        ShVariant.WideEms => new(Srb, Ems + "/userdata", Ems + "/servicedata"),
        ShVariant.WideSdp => new(Srb, Sdp, Ems + "/servicedata"),
        _ => throw new ArgumentOutOfRangeException(nameof(variant), variant, "no such Sh variant"),
    };
}

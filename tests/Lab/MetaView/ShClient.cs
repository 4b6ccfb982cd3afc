using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;

namespace TrunkBot.Lab.Tests.MetaView;

/// <summary>Sends what public clients send, as text.</summary>
internal sealed class ShClient(HttpClient http, Func<string, Uri> address)
{
    public ShClient(WebLab lab)
        : this(lab.Http, lab.MetaView)
    {
    }

    public const string Base = "Meta_ConfiguredSIPBinding_BaseInformation";
    public const string Status = "Meta_ConfiguredSIPBinding_Status";
    public const string Alarms = "Meta_ConfiguredSIPBinding_Alarms";

    /// <summary>The seed article's binding, without a model that differs from the one there is.</summary>
    public const string TwilioFields =
        "<s:Name>TwilioBinding</s:Name><s:Usage>Trunk</s:Usage><s:UseDNForIdentification>True</s:UseDNForIdentification>"
        + "<s:SIPAuthenticationRequired>False</s:SIPAuthenticationRequired><s:SIPDomainName>acme.pstn.twilio.com</s:SIPDomainName>"
        + "<s:ContactAddressScheme>Domain name A/AAAA lookup</s:ContactAddressScheme><s:ContactDomainName>acme.pstn.us2.twilio.com</s:ContactDomainName>"
        + "<s:ProxyIPAddress>10.20.0.5</s:ProxyIPAddress><s:ProxyIPPort>5060</s:ProxyIPPort><s:TransportProtocol>UDP</s:TransportProtocol>"
        + "<s:MediaGatewayModel>Standard</s:MediaGatewayModel><s:PollPeerDevice>True</s:PollPeerDevice>";

    public string Operation { get; init; } = "http://www.metaswitch.com/ems/soap/sh";

    public string UserData { get; init; } = "http://www.metaswitch.com/ems/soap/sh/userdata";

    public string Path { get; init; } = "/services/ShService";

    public string OriginHost { get; init; } = "trunkbot?clientVersion=9.3";

    public string? Password { get; init; }

    public string Identity { get; init; } = "CFS-1/TwilioBinding";

    public Task<ShReply> PullAsync(string indication) => SendAsync(
        $"<o:ShPull><o:UserIdentity>{Identity}</o:UserIdentity><o:DataReference>0</o:DataReference><o:ServiceIndication>{indication}</o:ServiceIndication><o:OriginHost>{OriginHost}</o:OriginHost></o:ShPull>");

    public Task<ShReply> CreateAsync(string fields = TwilioFields) => UpdateAsync(Base, 0, fields);

    public Task<ShReply> DeleteAsync(int sequence) => UpdateAsync(Base, sequence, "", "delete");

    public Task<ShReply> UpdateAsync(string indication, int sequence, string fields, string action = "apply", string ignore = "False") => SendAsync(
        $"""
        <o:ShUpdate><o:UserIdentity>{Identity}</o:UserIdentity><o:DataReference>0</o:DataReference><o:UserData><u:Sh-Data><u:RepositoryData>
        <u:ServiceIndication>{indication}</u:ServiceIndication><u:SequenceNumber>{sequence}</u:SequenceNumber>
        <u:ServiceData><s:MetaSwitchData IgnoreSequenceNumber="{ignore}" MetaSwitchVersion="9.3"><s:{indication} Action="{action}">{fields}</s:{indication}></s:MetaSwitchData></u:ServiceData>
        </u:RepositoryData></u:Sh-Data></o:UserData><o:OriginHost>{OriginHost}</o:OriginHost></o:ShUpdate>
        """);

    public async Task<ShReply> SendAsync(string operation) => await SendRawAsync(
        $"""
        <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:o="{Operation}" xmlns:u="{UserData}" xmlns:s="http://www.metaswitch.com/ems/soap/sh/servicedata"><e:Body>{operation}</e:Body></e:Envelope>
        """);

    public async Task<ShReply> SendRawAsync(string body, string contentType = "text/xml")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address(Path)) { Content = new StringContent(body, Encoding.UTF8, contentType) };
        if (Password is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"trunkbot:{Password}")));
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return new ShReply(response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}

internal sealed record ShReply(HttpStatusCode Status, string Text)
{
    private readonly XElement _envelope = XElement.Parse(Text);

    public string? this[string localName] => _envelope.Descendants().FirstOrDefault(element => element.Name.LocalName == localName)?.Value;

    public string Result => $"{this["ResultCode"]}/{this["ExtendedResultCode"]}";

    /// <summary>Each refused element: code, detail and the last part of its source.</summary>
    public IReadOnlyList<string> SubResults =>
    [
        .. _envelope.Descendants().Where(element => element.Name.LocalName == "SubResult").Select(sub =>
            string.Join(' ', sub.Elements().Select(element => element.Value)).Replace("u:Sh-Data/u:RepositoryData/u:ServiceData/s:MetaSwitchData/s:", "", StringComparison.Ordinal)),
    ];

    /// <summary>The names of the fields that came back, in their order.</summary>
    public IReadOnlyList<string> FieldNames =>
        [.. _envelope.Descendants().Single(element => element.Name.LocalName == "MetaSwitchData").Elements().Single().Elements().Select(element => element.Name.LocalName)];

    public IReadOnlySet<string> Namespaces => _envelope.Descendants().Select(element => element.Name.NamespaceName).ToHashSet();
}

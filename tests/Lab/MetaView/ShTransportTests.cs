using System.Net;
using TrunkBot.Lab.Control;

namespace TrunkBot.Lab.Tests.MetaView;

public sealed class ShTransportTests : IAsyncLifetime
{
    private const string Ems = "http://www.metaswitch.com/ems/soap/sh";
    private const string Srb = "http://www.metaswitch.com/srb/soap/sh";
    private const string Sdp = "http://www.metaswitch.com/sdp/soap/sh/userdata";

    private WebLab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await WebLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData(Ems, Ems + "/userdata")]
    [InlineData(Srb, Ems + "/userdata")]
    [InlineData(Srb, Sdp)]
    public async Task Each_published_variant_of_namespaces_is_taken(string operation, string userData)
    {
        var client = new ShClient(_lab) { Operation = operation, UserData = userData };

        Assert.Equal("2001/100", (await client.CreateAsync()).Result);
        var pulled = await client.PullAsync(ShClient.Base);
        Assert.Equal("TwilioBinding", pulled["Name"]);
        Assert.Contains(operation, pulled.Namespaces);
    }

    [Theory]
    [InlineData(Ems, Sdp, "unknown namespace http://www.metaswitch.com/ems/soap/sh or http://www.metaswitch.com/sdp/soap/sh/userdata")]
    [InlineData("http://example.com/sh", Ems + "/userdata", "unknown namespace http://example.com/sh or http://www.metaswitch.com/ems/soap/sh/userdata")]
    public async Task Another_combination_of_namespaces_is_a_fault(string operation, string userData, string text)
    {
        var reply = await new ShClient(_lab) { Operation = operation, UserData = userData }.CreateAsync();

        Assert.Equal((HttpStatusCode.InternalServerError, text), (reply.Status, reply["faultstring"]));
    }

    [Fact]
    public async Task The_network_wide_endpoint_asks_for_the_login_and_the_direct_one_does_not()
    {
        var path = "/mvweb/services/ShService";

        var without = await new ShClient(_lab) { Path = path }.PullAsync(ShClient.Base);
        var wrong = await new ShClient(_lab) { Path = path, Password = "wrong" }.PullAsync(ShClient.Base);
        var right = await new ShClient(_lab) { Path = path, Password = _lab.Host.Context.Secrets["lab-metaview"] }.PullAsync(ShClient.Base);

        Assert.Equal((HttpStatusCode.Unauthorized, "login refused"), (without.Status, without["faultstring"]));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.Equal((HttpStatusCode.OK, "5001/9000"), (right.Status, right.Result));
    }

    [Theory]
    [InlineData("trunkbot")]
    [InlineData("trunkbot?clientVersion=8.0")]
    [InlineData("trunkbot?version=9.3")]
    public async Task A_client_version_that_is_not_spoken_is_a_fault(string originHost)
    {
        var reply = await new ShClient(_lab) { OriginHost = originHost }.PullAsync(ShClient.Base);

        Assert.Equal((HttpStatusCode.InternalServerError, "client version not supported"), (reply.Status, reply["faultstring"]));
    }

    [Theory]
    [InlineData("<not xml", "not well-formed XML")]
    [InlineData("<a/>", "not a SOAP 1.1 envelope with one operation")]
    [InlineData("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "not well-formed XML")]
    public async Task What_is_no_request_is_a_fault(string body, string text)
    {
        var reply = await new ShClient(_lab).SendRawAsync(body);

        Assert.Equal((HttpStatusCode.InternalServerError, text), (reply.Status, reply["faultstring"]));
    }

    [Fact]
    public async Task Another_content_type_is_a_fault() =>
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await new ShClient(_lab).SendRawAsync("<a/>", "application/json")).Status);

    [Fact]
    public async Task An_answer_can_be_lost_after_the_update_was_applied()
    {
        new Faults(_lab.Folder.Path).Add(new Fault("lose-answer", "TwilioBinding"));
        var client = new ShClient(_lab);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.CreateAsync());

        Assert.Equal("2001/100", (await client.PullAsync(ShClient.Base)).Result);
    }

    [Fact]
    public async Task The_next_update_can_be_made_out_of_date()
    {
        var client = new ShClient(_lab);
        await client.CreateAsync();
        new Faults(_lab.Folder.Path).Add(new Fault("stale-sequence", "PollPeerDevice"));

        Assert.Equal("5105/9003", (await client.UpdateAsync(ShClient.Base, 1, "<s:PollPeerDevice>False</s:PollPeerDevice>")).Result);
        Assert.Equal("2001/100", (await client.UpdateAsync(ShClient.Base, 1, "<s:PollPeerDevice>False</s:PollPeerDevice>")).Result);
    }

    [Fact]
    public async Task Status_and_alarms_can_be_unproven()
    {
        new Faults(_lab.Folder.Path).Add(new Fault("status-unsupported", ""));
        var client = new ShClient(_lab);
        await client.CreateAsync();

        Assert.Equal("5999/9001", (await client.PullAsync(ShClient.Status)).Result);
        Assert.Equal("5999/9001", (await client.PullAsync(ShClient.Alarms)).Result);
        Assert.Equal("2001/100", (await client.PullAsync(ShClient.Base)).Result);
    }

    [Fact]
    public async Task Prefixes_of_an_answer_can_be_odd()
    {
        var client = new ShClient(_lab);
        await client.CreateAsync();
        new Faults(_lab.Folder.Path).Add(new Fault("odd-prefixes", ""));

        var reply = await client.PullAsync(ShClient.Base);

        Assert.Contains("<zz:ResultCode>2001</zz:ResultCode>", reply.Text, StringComparison.Ordinal);
        Assert.Contains("<x.2:Name>TwilioBinding</x.2:Name>", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bindings_outlive_the_server()
    {
        await new ShClient(_lab).CreateAsync();

        Assert.Contains("\"acme.pstn.us2.twilio.com\"", _lab.Folder.Read("metaview", "state.json"), StringComparison.Ordinal);
        Assert.DoesNotContain(_lab.Host.Context.Secrets["lab-subscriber"], _lab.Folder.Read("metaview", "state.json"), StringComparison.Ordinal);
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace TrunkBot.Lab.Tests.Causes;

/// <summary>What can be said of causes of trouble without a trunk; that each is named by a diagnosis and healed without a trace is shown by the tests of faults.</summary>
public sealed class CausesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("no-such-thing", "lab-no-such-cause")]
    [InlineData("binding-disabled", "lab-no-such-trunk")]
    public async Task What_can_not_be_broken_is_refused_and_nothing_counts_as_broken(string cause, string code)
    {
        using var folder = new LabFolder();
        await using var lab = await LabHost.StartAsync(LabOptions.OnFreePorts(folder.Path), Ct);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{lab.ControlPort}") };

        using var answer = await http.PostAsJsonAsync("/api/causes", new { name = cause }, Ct);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains($"\"code\":\"{code}\"", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        var known = await http.GetStringAsync("/api/causes", Ct);
        Assert.Contains("\"name\":\"ack-lost\"", known, StringComparison.Ordinal);
        Assert.DoesNotContain("\"broken\":true", known, StringComparison.Ordinal);
        using var healed = await http.DeleteAsync("/api/causes", Ct);
        Assert.Equal(HttpStatusCode.OK, healed.StatusCode);
    }

    [Fact]
    public async Task The_name_server_knows_termination_names_and_nothing_else()
    {
        using var folder = new LabFolder();
        await using var lab = await LabHost.StartAsync(LabOptions.OnFreePorts(folder.Path), Ct);

        // Written out here: nothing of the server that is tested is used to ask it.
        Assert.Equal("0 54.244.51.0 54.244.51.1 54.244.51.2 54.244.51.3", await AskAsync(lab.DnsPort, "acme.pstn.umatilla.twilio.com"));
        Assert.Equal("3", await AskAsync(lab.DnsPort, "www.example.com"));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said()
    {
        using var folder = new LabFolder();
        using var other = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var taken = ((IPEndPoint)other.Client.LocalEndPoint!).Port;

        var refused = await Assert.ThrowsAsync<LabException>(() => LabHost.StartAsync(LabOptions.OnFreePorts(folder.Path) with { DnsPort = taken }, Ct));

        Assert.Equal($"the DNS server can't have UDP port {taken} of 127.0.0.1 (AddressAlreadyInUse): give it another with --dns-port", refused.Message);
    }

    /// <returns>The response code, and the addresses.</returns>
    private static async Task<string> AskAsync(int port, string name)
    {
        List<byte> query = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        foreach (var label in name.Split('.'))
        {
            query.Add((byte)label.Length);
            query.AddRange(System.Text.Encoding.ASCII.GetBytes(label));
        }

        query.AddRange([0, 0, 1, 0, 1]);
        using var client = new UdpClient();
        await client.SendAsync(query.ToArray(), new IPEndPoint(IPAddress.Loopback, port), Ct);
        var answer = (await client.ReceiveAsync(Ct)).Buffer;
        Assert.Equal((0x12, 0x34), (answer[0], answer[1]));
        var count = answer[7];
        return string.Join(' ', [$"{answer[3] & 0x0F}", .. Enumerable.Range(0, count).Select(i => new IPAddress(answer.AsSpan(query.Count + (16 * i) + 12, 4)).ToString())]);
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Sh;

/// <summary>A real https server on loopback, with a certificate of an authority that only the test knows.</summary>
public sealed class ShTransportTests : IDisposable
{
    private const string Nothing = "<ShPullResponse><ResultCode>5001</ResultCode></ShPullResponse>";

    private static readonly DateTimeOffset Begin = TimeProvider.System.GetUtcNow().AddDays(-1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trunkbot-tls-");
    private readonly List<string> _logins = [];

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_refused_and_the_login_is_not_sent()
    {
        using var authority = Authority("CN=Lab CA");
        await using var server = await ServeAsync(Leaf(authority, "localhost"));

        var answer = await PullAsync(server, null);
        var trouble = ShTrouble.Of(answer, "read binding B", new());

        Assert.Equal(ShOutcome.CertificateRefused, answer.Outcome);
        Assert.Equal(("cfs-certificate-refused", true), (trouble.Code, trouble.OutcomeKnown));
        Assert.Contains("of CN=localhost, issued by CN=Lab CA, key sha256/", trouble.Sentence, StringComparison.Ordinal);
        Assert.Empty(_logins);
    }

    [Fact]
    public async Task An_authority_of_the_site_is_trusted()
    {
        using var authority = Authority("CN=Lab CA");
        await using var server = await ServeAsync(Leaf(authority, "localhost"));

        var answer = await PullAsync(server, new() { CaFile = Write(authority) });

        Assert.Equal(ShOutcome.Absent, answer.Outcome);
        Assert.Equal(["Basic dHJ1bmtib3Q6czNjcjN0Lyt3b3Jk"], _logins);
    }

    [Fact]
    public async Task Another_authority_of_the_same_name_is_not()
    {
        using var authority = Authority("CN=Lab CA");
        using var impostor = Authority("CN=Lab CA");
        await using var server = await ServeAsync(Leaf(impostor, "localhost"));

        Assert.Equal(ShOutcome.CertificateRefused, (await PullAsync(server, new() { CaFile = Write(authority) })).Outcome);
        Assert.Empty(_logins);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_though_the_authority_is_trusted()
    {
        using var authority = Authority("CN=Lab CA");
        await using var server = await ServeAsync(Leaf(authority, "other.example"));

        var answer = await PullAsync(server, new() { CaFile = Write(authority) });

        Assert.EndsWith("it is for another name", answer.Detail, StringComparison.Ordinal);
        Assert.Empty(_logins);
    }

    [Theory]
    [InlineData(true, ShOutcome.Absent)]
    [InlineData(false, ShOutcome.CertificateRefused)]
    public async Task A_pinned_key_is_the_only_one_that_is_taken(bool same, ShOutcome expected)
    {
        using var authority = Authority("CN=Lab CA");
        var leaf = Leaf(authority, "localhost");
        using var other = Leaf(authority, "localhost");
        await using var server = await ServeAsync(leaf);

        // The authority is trusted as well: a pin outweighs it.
        var answer = await PullAsync(server, new() { CaFile = Write(authority), Pins = [ShTransport.PinOf(same ? leaf : other)] });

        Assert.Equal(expected, answer.Outcome);
        Assert.Equal(same ? 1 : 0, _logins.Count);
    }

    [Fact]
    public async Task A_file_of_authorities_that_can_not_be_read_is_named()
    {
        using var authority = Authority("CN=Lab CA");
        await using var server = await ServeAsync(Leaf(authority, "localhost"));

        var answer = await PullAsync(server, new() { CaFile = "/nowhere/ca.pem" });

        Assert.Contains("/nowhere/ca.pem can't be read", answer.Detail, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<ShAnswer> PullAsync(WebApplication server, MetaswitchTls? tls)
    {
        using var services = Given.Services();
        var site = Given.Site().Metaswitch with { Url = new($"https://localhost:{new Uri(server.Urls.First()).Port}/services/ShService"), Tls = tls };
        return await services.GetRequiredService<ShClient>().PullAsync(site, "CFS-1/B", "Meta_X", null, TestContext.Current.CancellationToken);
    }

    private async Task<WebApplication> ServeAsync(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.Run(http =>
        {
            _logins.Add(http.Request.Headers.Authorization.ToString());
            return http.Response.WriteAsync(Nothing, http.RequestAborted);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static X509Certificate2 Authority(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Begin, Begin.AddDays(10));
    }

    private static X509Certificate2 Leaf(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, Begin, Begin.AddDays(9), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }

    private string Write(X509Certificate2 authority)
    {
        var file = Path.Combine(_folder.FullName, "ca.pem");
        File.WriteAllText(file, authority.ExportCertificatePem());
        return file;
    }
}

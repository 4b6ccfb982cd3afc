using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Hosting;
using TrunkBot.Changes.Life;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Templates;

/// <summary>The templates of a site.</summary>
internal sealed record LoadedTemplates(CliTemplate? Tls, CliTemplate? CallPolicy)
{
    public static LoadedTemplates None { get; } = new(null, null);

    /// <summary>Lines inside an adjacency of a trunk over TLS, to be written after all others; empty for any other trunk, and without a template.</summary>
    public IReadOnlyList<string> SecureLines(TrunkIntent trunk, PerimetaSite site, TwilioEdge edge) =>
        trunk.Transport == SipTransport.Tls && Tls is { } tls ? tls.Fill(TemplateSection.Adjacency, CliTemplate.ValuesOf(trunk, site, edge)) : [];

    /// <summary>Those of them that stand in no submode of the template.</summary>
    public IReadOnlyList<string> OutermostSecureLines(TrunkIntent trunk, PerimetaSite site, TwilioEdge edge) =>
        trunk.Transport == SipTransport.Tls && Tls is { } tls ? tls.Outermost(TemplateSection.Adjacency, CliTemplate.ValuesOf(trunk, site, edge)) : [];
}

/// <summary>
/// The template files of the sites, each read once, so that a plan is the same for the same input. When the host starts all of them are read: a wrong one stops
/// it, as a wrong site profile does.
/// </summary>
internal sealed class TemplateFiles(ISites? sites) : IHostedLifecycleService
{
    private const int LargestKilobytes = 64;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ConcurrentDictionary<(string Path, string Kind), CliTemplate> _read = new();

    /// <exception cref="SiteProfileException">A file can't be read, or is no template; the message names file, line and reason.</exception>
    public LoadedTemplates Of(PerimetaSite site) => new(Read(site.Templates.Tls, TemplateKind.Tls), Read(site.Templates.CallPolicy, TemplateKind.CallPolicy));

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var site in sites?.All ?? [])
        {
            Of(site.Perimeta);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private CliTemplate? Read(string? path, TemplateKind kind) => path is null ? null : _read.GetOrAdd((path, kind.Name), static (_, from) =>
    {
        try
        {
            return new FileInfo(from.path).Length <= LargestKilobytes * 1024
                ? TemplateReader.Read(from.path, Strict.GetString(File.ReadAllBytes(from.path)), from.kind)
                : throw new SiteProfileException(from.path, 1, $"the file has more than {LargestKilobytes} KiB, which no template has");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new SiteProfileException(from.path, 1, $"perimeta.templates.{from.kind.Name}: the file can't be read: {e.Message}");
        }
    }, (path, kind));
}

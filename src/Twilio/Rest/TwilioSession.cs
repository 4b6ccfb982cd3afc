using System.Text.Json;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Twilio.Rest;

/// <summary>Requests on behalf of one site, with typed answers. What is sent and received is told to <paramref name="record"/>.</summary>
public sealed class TwilioSession(TwilioClient client, TwilioSite site, Action<WireExchange>? record)
{
    private const int MostPages = 200;

    public TwilioSite Site { get; } = site;

    /// <summary>Answers reads by what was read before, for who shares it: given the request and what would send it. Null: each is sent.</summary>
    internal Func<TwilioRequest, Func<Task<object>>, CancellationToken, Task<object>>? Shared { get; init; }

    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public async Task<T> GetAsync<T>(TwilioRequest request, CancellationToken cancellationToken) =>
        Read<T>(await client.SendAsync(Site, request, record, cancellationToken));

    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public async Task<T> GetAsync<T>(TwilioRead<T> request, CancellationToken cancellationToken) => Shared is null
        ? await GetAsync<T>((TwilioRequest)request, cancellationToken)
        : (T)await Shared(request, async () => (await GetAsync<T>((TwilioRequest)request, CancellationToken.None))!, cancellationToken);

    /// <summary>A POST, sent once unless it is known not to have arrived.</summary>
    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public Task PostAsync(TwilioRequest request, CancellationToken cancellationToken) =>
        client.SendAsync(Site, request, record, cancellationToken);

    /// <summary>
    /// A POST that updates. One whose answer was lost may have worked: it is looked at, and sent again only if it did not
    /// (twilio: retry and idempotency).
    /// </summary>
    /// <param name="isDone">Reads whether the update stands.</param>
    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public async Task UpdateAsync(TwilioRequest request, Func<Task<bool>> isDone, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await PostAsync(request, cancellationToken);
                return;
            }
            catch (TwilioException e) when (e.Trouble is TwilioTrouble.Lost or TwilioTrouble.Unreadable && tries < client.MostTries - 1)
            {
                await client.BackOffAsync(tries, cancellationToken);
                if (await isDone())
                {
                    return;
                }
            }
        }
    }

    /// <summary>A DELETE. What is not there is deleted.</summary>
    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public async Task DeleteAsync(TwilioRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(Site, request, record, cancellationToken);
        }
        catch (TwilioException e) when (e.Trouble == TwilioTrouble.NotFound)
        {
            // Gone already, by an earlier try or by somebody else.
        }
    }

    /// <summary>
    /// Creates what <paramref name="find"/> does not find. A create whose answer was lost may have worked, so before each try it is
    /// looked for by its natural key.
    /// </summary>
    /// <returns>What is there now, and whether it was found rather than created.</returns>
    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public async Task<(T Found, bool WasThere)> FindOrCreateAsync<T>(
        Func<Task<T?>> find, TwilioRequest create, CancellationToken cancellationToken)
        where T : class
    {
        for (var tries = 0; ; tries++)
        {
            if (await find() is { } found)
            {
                return (found, true);
            }

            try
            {
                return (Read<T>(await client.SendAsync(Site, create, record, cancellationToken)), false);
            }
            catch (TwilioException e) when (e.Trouble is TwilioTrouble.Lost or TwilioTrouble.Unreadable && tries < client.MostTries - 1)
            {
                await client.BackOffAsync(tries, cancellationToken);
            }
            catch (TwilioException e) when (e.Trouble == TwilioTrouble.Refused)
            {
                // "Taken" may be our own create whose answer was lost and which the list did not show yet.
                if (await find() is { } late)
                {
                    return (late, true);
                }

                throw;
            }
        }
    }

    /// <summary>All items of a list, page after page, in either of Twilio's two shapes.</summary>
    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public async Task<IReadOnlyList<T>> ListAsync<T>(TwilioList<T> request, CancellationToken cancellationToken) => Shared is null
        ? await PagesAsync(request, cancellationToken)
        : (IReadOnlyList<T>)await Shared(request, async () => await PagesAsync(request, CancellationToken.None), cancellationToken);

    private async Task<List<T>> PagesAsync<T>(TwilioList<T> request, CancellationToken cancellationToken)
    {
        List<T> all = [];
        HashSet<string> seen = [];
        for (TwilioRequest? page = request; page is not null;)
        {
            if (!seen.Add(page.Path) || seen.Count > MostPages)
            {
                throw Unreadable($"the pages of {request.Path} do not end");
            }

            page = Page(await client.SendAsync(Site, page, record, cancellationToken), page, request.Items, all);
        }

        return all;
    }

    private TwilioRequest? Page<T>(string body, TwilioRequest request, string items, List<T> all)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            string? next;
            if (root.TryGetProperty("meta", out var meta))
            {
                items = meta.GetProperty("key").GetString() ?? items;
                next = Link(meta, "next_page_url");
            }
            else
            {
                next = Link(root, "next_page_uri");
            }

            all.AddRange(root.GetProperty(items).Deserialize<List<T>>(TwilioJson.Options) ?? []);
            return next is null ? null : request with { Path = Rebase(next, request.Product) };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Unreadable($"the list {request.Path} can't be read", e);
        }
    }

    /// <summary>Takes path and query of a link, so that the login never goes to a host that an answer names.</summary>
    private string Rebase(string link, TwilioProduct product)
    {
        var baseUrl = TwilioRequest.BaseUrl(Site, product);
        if (!Uri.TryCreate(baseUrl, link, out var url))
        {
            throw Unreadable($"the next page is at \"{TwilioError.OneLine(link)}\", which is no address");
        }

        if (url.Host != baseUrl.Host && !TwilioSite.MayTakeLogin(url, product.ToString().ToLowerInvariant()) || (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback))
        {
            throw Unreadable($"the next page is on {TwilioError.OneLine(url.GetLeftPart(UriPartial.Authority))}, which is not Twilio");
        }

        return url.PathAndQuery;
    }

    private static string? Link(JsonElement element, string name) =>
        element.TryGetProperty(name, out var link) && link.ValueKind == JsonValueKind.String && link.GetString() is { Length: > 0 } text ? text : null;

    internal static T Read<T>(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, TwilioJson.Options) ?? throw Unreadable("the answer is empty");
        }
        catch (JsonException e)
        {
            throw Unreadable("the answer can't be read", e);
        }
    }

    private static TwilioException Unreadable(Sentence message, Exception? inner = null) =>
        new(TwilioTrouble.Unreadable, null, null, message, inner);
}

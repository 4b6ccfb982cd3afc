using System.Globalization;
using System.Text.Json.Nodes;
using TrunkBot.Lab.Twilio.Account;

namespace TrunkBot.Lab.Twilio.Control;

/// <summary>Everything under <c>/lab</c>: not Twilio's, without a login, on loopback only.</summary>
internal sealed class ControlOperations(ResourceStore store, Faults faults, RequestLog log, string accountSid)
{
    private static readonly Dictionary<string, FaultKind> Kinds = new(StringComparer.Ordinal)
    {
        ["429"] = FaultKind.TooManyRequests,
        ["500"] = FaultKind.ServerError,
        ["502-html"] = FaultKind.HtmlError,
        ["503-empty"] = FaultKind.EmptyError,
        ["500-problem"] = FaultKind.ProblemError,
        ["lose-request"] = FaultKind.LoseRequest,
        ["lose-answer"] = FaultKind.LoseAnswer,
        ["auth-type-lag"] = FaultKind.AuthTypeLag,
        ["new-trunk-symmetric-rtp"] = FaultKind.NewTrunkSymmetricRtp,
    };

    public void Map(WebApplication app)
    {
        app.MapGet("/lab", () => Results.Text("Simulated Twilio of the TrunkBot lab. Everything under /lab is the lab's own and no part of Twilio.\n"));
        app.MapGet("/lab/requests", () => Results.Json(log.Requests.Select(request => new
        {
            at = request.At,
            method = request.Method,
            path = request.Path,
            query = request.Query,
            form = request.Form.Select(pair => new { name = pair.Key, value = pair.Value }),
            status = request.Status,
        })));
        app.MapPost("/lab/faults", (FaultOrder order) => Arm(order));
        app.MapPost("/lab/account", (AccountOrder order) => Change(order));
        app.MapPost("/lab/alerts", (AlertOrder order) => Raise(order));
        app.MapPost("/lab/dialing", (DialingOrder order) => store.Alone(() =>
        {
            store.Add(Kind.DialingChange, null, new JsonObject { ["iso_code"] = order.IsoCode, ["low_risk"] = order.LowRisk });
            return Results.NoContent();
        }));
        app.MapPost("/lab/reset", () =>
        {
            faults.Clear();
            log.Clear();
            store.Alone(() =>
            {
                store.Empty();
                Seed.Into(store, accountSid);
                return true;
            });
            return Results.NoContent();
        });
    }

    private IResult Arm(FaultOrder order)
    {
        var match = order.Match ?? "";
        switch (order.Kind)
        {
            // What a person sets in the Console, on every trunk whose SID, name or domain holds the text.
            case "symmetric-rtp-on" or "symmetric-rtp-off":
                return Results.Json(new { changed = SetSymmetricRtp(order.Kind == "symmetric-rtp-on", match) });
            case { } kind when Kinds.TryGetValue(kind, out var known):
                faults.Arm(known, Math.Max(order.Count ?? 1, 1), match, order.Method);
                return Results.NoContent();
            default:
                return Results.Json(new { error = "fault-unknown", fix = $"Use one of symmetric-rtp-on, symmetric-rtp-off, {string.Join(", ", Kinds.Keys)}." }, statusCode: 400);
        }
    }

    private int SetSymmetricRtp(bool on, string match) => store.Alone(() =>
    {
        var changed = 0;
        foreach (var trunk in store.All(Kind.Trunk).Where(trunk => new[] { trunk.Sid, trunk.Text("friendly_name"), trunk.Text("domain_name") }
            .Any(name => name?.Contains(match, StringComparison.OrdinalIgnoreCase) == true)))
        {
            trunk.Fields["symmetric_rtp_enabled"] = on;
            store.Save(trunk);
            changed++;
        }

        return changed;
    });

    private IResult Change(AccountOrder order)
    {
        if (order.Status is not (null or "active" or "suspended" or "closed")
            || (order.Balance is { } text && !decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out _)))
        {
            return Results.Json(new { error = "account-value-unknown", fix = "status: active, suspended or closed; balance: a decimal number as text." }, statusCode: 400);
        }

        return store.Alone(() =>
        {
            var account = store.Find(Kind.Account, accountSid)!;
            account.Fields["status"] = order.Status ?? account.Text("status");
            account.Fields["balance"] = order.Balance ?? account.Text("balance");
            store.Save(account);
            return Results.NoContent();
        });
    }

    private IResult Raise(AlertOrder order) => store.Alone(() =>
    {
        store.Add(Kind.Alert, null, new JsonObject
        {
            ["error_code"] = order.Code ?? "32201", ["log_level"] = order.Level ?? "error", ["alert_text"] = order.Text ?? "", ["resource_sid"] = order.ResourceSid,
        });
        return Results.NoContent();
    });

    internal sealed record AlertOrder(string? Code, string? Level, string? Text, string? ResourceSid);

    internal sealed record DialingOrder(string? IsoCode, bool LowRisk);

    internal sealed record FaultOrder(string? Kind, int? Count, string? Match, string? Method);

    internal sealed record AccountOrder(string? Status, string? Balance);
}

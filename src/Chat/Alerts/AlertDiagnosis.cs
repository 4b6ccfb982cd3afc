using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Diagnostics.Diagnosis;

namespace TrunkBot.Chat.Alerts;

/// <summary>The diagnosis that starts by itself, threaded under its alert; for each trunk at most once in a while. It looks only: a call is placed by a person.</summary>
internal sealed class AlertDiagnosis(
    IAlertStore alerts, ITrunkStore trunks, ISites sites, INoticeStore notices, TrunkDiagnosis diagnosis, IAlertBell bell, Speech speech, SlowAnswer slow,
    TimeProvider time, IOptions<AlertOptions> options)
{
    private readonly ConcurrentDictionary<string, byte> running = new(StringComparer.Ordinal);

    /// <summary>Starts it, or says on the card why there is none. Returns while it runs.</summary>
    public async Task StartAsync(AlertRecord record, CancellationToken cancellationToken)
    {
        if (record is not { Trunk: { } name, Where: { } where, MessageId: { } messageId } || !running.TryAdd(record.Id, 0))
        {
            return;
        }

        var started = false;
        try
        {
            if (await trunks.FindAsync(name, cancellationToken) is not { } trunk || sites.Find(trunk.Intent.Site) is not { } site)
            {
                await SettleAsync(record.Id, $"Not diagnosed: trunk {name} or its site is not known any more (trunk-unknown).", cancellationToken);
                return;
            }

            // The same firing may go on after a restart; another one waits its time.
            var (now, holder) = (time.GetUtcNow(), $"{record.Id} {record.Count}");
            var claim = await notices.MoveMarkAsync(
                $"diagnosis:{name.ToUpperInvariant()}", holder, now, mark => mark is null || mark.Value == holder || now - mark.At >= options.Value.DiagnoseEvery, cancellationToken);
            if (!claim.IsMoved)
            {
                await SettleAsync(
                    record.Id,
                    $"Not repeated: {name} was diagnosed {CardData.Elapsed(now - claim.Before!.At)} ago under {claim.Before.Value.Split(' ')[0]}. Press Diagnose again for a new one.",
                    cancellationToken);
                return;
            }

            var standing = Localized.Text($"Under management since {CardData.Time(trunk.Since)} by {trunk.ChangeId}. Started by {record.Id}.");
            await slow.RunAsync(
                speech.ThreadUnder(where, messageId),
                Localized.Text($"diagnosis of {name}"),
                Message.OfCard(TalkCards.Reading(Localized.Text($"Diagnosing {name}"), Localized.Text($"Started by {record.Id}. Asking every system and every edge."), site), Localized.Text($"Diagnosing {name}")),
                async (edit, token) =>
                {
                    try
                    {
                        var report = await diagnosis.RunAsync(trunk.Intent, site, withCall: false, progress: null, token);
                        await SettleAsync(record.Id, report.Sentence, token);
                        return Message.OfCard(HealthCards.Diagnosis(report, site, standing, managed: true, running: false), Localized.Text($"Diagnosis of {name}: {ShownText.Cut(Localized.Text(report.Sentence), 200)}"));
                    }
                    catch (Exception e) when (e is not OperationCanceledException || !token.IsCancellationRequested)
                    {
                        await SettleAsync(record.Id, "It failed; the thread says why.", token);
                        throw;
                    }
                    finally
                    {
                        running.TryRemove(record.Id, out _);
                    }
                },
                cancellationToken);
            started = true;
        }
        finally
        {
            if (!started)
            {
                running.TryRemove(record.Id, out _);
            }
        }
    }

    private async Task SettleAsync(string id, string sentence, CancellationToken cancellationToken)
    {
        await alerts.ChangeAsync(id, r => r with { DiagnosisWanted = false, Diagnosis = sentence }, cancellationToken);
        bell.Ring(id);
    }
}

using Microsoft.EntityFrameworkCore;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Storage.Conversations;
using TrunkBot.Storage.Database;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

public sealed class OneWriterTests : Folder
{
    private IConversationStore Conversations => Get<IConversationStore>();

    [Fact]
    public async Task A_writer_waits_for_the_one_before_it_without_holding_a_thread()
    {
        await using var first = Get<IDatabase>().Open();
        var transaction = await first.Database.BeginTransactionAsync(Ct);

        // The driver alone would block this call until it gives up with "database is locked".
        var second = Conversations.SaveAsync(Of("ana-1"), Ct);
        Assert.False(second.IsCompleted);
        await transaction.CommitAsync(Ct);
        await second;

        Assert.Equal(Of("ana-1"), await Conversations.FindAsync("webchat:ana-1", Ct));
    }

    [Fact]
    public async Task A_reader_does_not_wait_for_a_writer()
    {
        await Conversations.SaveAsync(Of("ana-1"), Ct);
        await using var writer = Get<IDatabase>().Open();
        await using var transaction = await writer.Database.BeginTransactionAsync(Ct);

        Assert.Equal(Of("ana-1"), await Conversations.FindAsync("webchat:ana-1", Ct));
    }

    [Fact]
    public async Task A_transaction_that_nobody_ended_lets_the_next_writer_in()
    {
        await using (var context = Get<IDatabase>().Open())
        {
            await context.Database.BeginTransactionAsync(Ct);
        }

        await Conversations.SaveAsync(Of("ana-1"), Ct);
        Assert.NotNull(await Conversations.FindAsync("webchat:ana-1", Ct));
    }

    [Fact]
    public async Task A_writer_that_fails_lets_the_next_one_in()
    {
        await using (var context = Get<IDatabase>().Open())
        {
            context.Add(new ConversationRow { Key = "webchat:ana-1", Json = "{}" });
            await context.SaveChangesAsync(Ct);
        }

        await using (var context = Get<IDatabase>().Open())
        {
            context.Add(new ConversationRow { Key = "webchat:ana-1", Json = "{}" });
            await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync(Ct));
        }

        await Conversations.SaveAsync(Of("ana-1"), Ct);
        Assert.Equal(Of("ana-1"), await Conversations.FindAsync("webchat:ana-1", Ct));
    }

    [Fact]
    public async Task A_waiting_writer_that_is_cancelled_leaves_the_turn_to_others()
    {
        await using var first = Get<IDatabase>().Open();
        var transaction = await first.Database.BeginTransactionAsync(Ct);
        using var impatient = new CancellationTokenSource();
        var cancelled = Conversations.SaveAsync(Of("ana-1"), impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await transaction.CommitAsync(Ct);

        await Conversations.SaveAsync(Of("ana-2"), Ct);
        Assert.NotNull(await Conversations.FindAsync("webchat:ana-2", Ct));
    }

    [Fact]
    public async Task What_is_there_already_is_not_written_again()
    {
        await Conversations.SaveAsync(Of("ana-1"), Ct);
        await Conversations.SaveAsync(Of("ana-1"), Ct);
        Assert.Equal("1", await SqlAsync("SELECT Version FROM conversations"));

        await Conversations.SaveAsync(Of("ana-1") with { ServiceUrl = "http://localhost:1/" }, Ct);
        Assert.Equal("2", await SqlAsync("SELECT Version FROM conversations"));
    }

    private static ConversationReference Of(string conversation) => new("webchat", "http://localhost:3978/", conversation, "bot", false);
}

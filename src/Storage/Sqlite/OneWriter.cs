using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TrunkBot.Storage.Sqlite;

/// <summary>
/// Lets the writers of this process come one after another. SQLite takes one writer at a time and tells the others to come back: its .NET driver then blocks a
/// thread and looks again every 150 ms, so that a few dozen turns at once stall all of them. Here they queue without a thread. Readers never wait.
/// </summary>
/// <remarks>Another process on the same file, such as a backup, is still waited for by the driver.</remarks>
#pragma warning disable CA1001 // It lives as long as the database; a semaphore without a wait handle holds nothing to dispose of.
internal sealed class OneWriter : DbCommandInterceptor, IDbTransactionInterceptor, IDbConnectionInterceptor
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private DbContext? _writer;

    public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
    {
        await TakeAsync(eventData.Context!, cancellationToken);
        return result;
    }

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => Passed(eventData.Context);

    public Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => Passed(eventData.Context);

    public Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default) => Passed(eventData.Context);

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await BeginAsync(command, eventData.Context!, cancellationToken);
        return result;
    }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await BeginAsync(command, eventData.Context!, cancellationToken);
        return result;
    }

    public override async ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        await BeginAsync(command, eventData.Context!, cancellationToken);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        End(command, eventData.Context);
        return new(result);
    }

    public override ValueTask<object?> ScalarExecutedAsync(DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default)
    {
        End(command, eventData.Context);
        return new(result);
    }

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        End(command, eventData.Context);
        return Task.CompletedTask;
    }

    public override Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        End(command, eventData.Context);
        return Task.CompletedTask;
    }

    // What returns rows has written when its reader is closed, and a transaction that nobody ended is rolled back: both at the latest with the connection.
    public Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData) => Passed(eventData.Context);

    public void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) => Pass(eventData.Context);

    public void ConnectionDisposed(DbConnection connection, ConnectionEndEventData eventData) => Pass(eventData.Context);

    private async Task BeginAsync(DbCommand command, DbContext context, CancellationToken cancellationToken)
    {
        if (!command.CommandText.StartsWith("SELECT", StringComparison.Ordinal) && !command.CommandText.StartsWith("PRAGMA", StringComparison.Ordinal))
        {
            await TakeAsync(context, cancellationToken);
        }
    }

    private void End(DbCommand command, DbContext? context)
    {
        if (command.Transaction is null)
        {
            Pass(context);
        }
    }

    private async Task TakeAsync(DbContext context, CancellationToken cancellationToken)
    {
        if (!ReferenceEquals(_writer, context))
        {
            await _turn.WaitAsync(cancellationToken);
            _writer = context;
        }
    }

    private Task Passed(DbContext? context)
    {
        Pass(context);
        return Task.CompletedTask;
    }

    private void Pass(DbContext? context)
    {
        // Only the writer itself can find itself here, so nobody comes between the look and the change.
        if (context is not null && ReferenceEquals(_writer, context))
        {
            _writer = null;
            _turn.Release();
        }
    }
}

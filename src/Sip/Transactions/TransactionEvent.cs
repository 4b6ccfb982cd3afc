using System.Net;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Transactions;

/// <summary>What a client transaction tells the call above it.</summary>
/// <param name="Timestamp"><see cref="TimeProvider.GetTimestamp"/> when it happened, so that what is measured does not depend on when it is read.</param>
internal abstract record TransactionEvent(long Timestamp);

/// <summary>A provisional or final response, retransmissions removed; of a 2xx to INVITE every copy (each wants an ACK).</summary>
internal sealed record ResponseReceived(SipMessage Response, IPEndPoint Source, long Timestamp) : TransactionEvent(Timestamp);

/// <summary>Timer B or F fired: nobody answered.</summary>
internal sealed record TransactionTimedOut(long Timestamp) : TransactionEvent(Timestamp);

/// <summary>The transport refused the request.</summary>
internal sealed record TransactionFailed(Exception Error, long Timestamp) : TransactionEvent(Timestamp);

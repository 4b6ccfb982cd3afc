namespace TrunkBot.Storage.Database;

/// <summary>The database can't be used, for a reason that whoever runs the bot can mend. Names no secret.</summary>
public sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner);

using System.Runtime.Versioning;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

public sealed class SqliteFileTests : Folder
{
    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_was_open_to_all_is_closed_at_start()
    {
        const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(Path, All);

        await RestartAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path));
    }

    [Fact]
    public async Task The_database_is_in_WAL_mode_in_a_folder_of_its_owner()
    {
        Assert.Equal("wal", await SqlAsync("PRAGMA journal_mode"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(Path).UnixFileMode);
    }
}

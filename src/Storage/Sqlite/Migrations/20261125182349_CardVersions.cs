using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TrunkBot.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class CardVersions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "Shows",
                table: "cards",
                type: "INTEGER",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Shows",
                table: "cards");
        }
    }
}

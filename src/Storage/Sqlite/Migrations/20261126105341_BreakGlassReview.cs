using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TrunkBot.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class BreakGlassReview : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "AwaitsReview",
                table: "changes",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateIndex(
                name: "IX_changes_AwaitsReview",
                table: "changes",
                column: "AwaitsReview");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_changes_AwaitsReview",
                table: "changes");

            migrationBuilder.DropColumn(
                name: "AwaitsReview",
                table: "changes");
        }
    }
}

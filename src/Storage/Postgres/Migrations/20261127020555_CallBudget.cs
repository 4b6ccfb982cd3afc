using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TrunkBot.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class CallBudget : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "call_budget",
                columns: table => new
                {
                    Day = table.Column<int>(type: "integer", nullable: false),
                    Key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Used = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_call_budget", x => new { x.Day, x.Key });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "call_budget");
        }
    }
}

using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TrunkBot.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class HealthHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "health_now",
                columns: table => new
                {
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    Badness = table.Column<int>(type: "INTEGER", nullable: false),
                    Behind = table.Column<string>(type: "TEXT", nullable: true),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_health_now", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "health_pieces",
                columns: table => new
                {
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    Series = table.Column<string>(type: "TEXT", nullable: false),
                    Width = table.Column<int>(type: "INTEGER", nullable: false),
                    Start = table.Column<long>(type: "INTEGER", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false),
                    Least = table.Column<double>(type: "REAL", nullable: false),
                    Sum = table.Column<double>(type: "REAL", nullable: false),
                    Most = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_health_pieces", x => new { x.Key, x.Series, x.Width, x.Start });
                });

            migrationBuilder.CreateTable(
                name: "health_samples",
                columns: table => new
                {
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    Series = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Value = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_health_samples", x => new { x.Key, x.Series, x.At });
                });

            migrationBuilder.CreateTable(
                name: "test_calls",
                columns: table => new
                {
                    Number = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_test_calls", x => x.Number);
                });

            migrationBuilder.CreateIndex(
                name: "IX_health_now_Badness",
                table: "health_now",
                column: "Badness");

            migrationBuilder.CreateIndex(
                name: "IX_health_pieces_Width_Start",
                table: "health_pieces",
                columns: new[] { "Width", "Start" });

            migrationBuilder.CreateIndex(
                name: "IX_health_samples_At",
                table: "health_samples",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_test_calls_At",
                table: "test_calls",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_test_calls_Key_At",
                table: "test_calls",
                columns: new[] { "Key", "At" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "health_now");

            migrationBuilder.DropTable(
                name: "health_pieces");

            migrationBuilder.DropTable(
                name: "health_samples");

            migrationBuilder.DropTable(
                name: "test_calls");
        }
    }
}

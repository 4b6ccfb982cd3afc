using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TrunkBot.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class InboxByConversation : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "ConversationKey",
                table: "inbox",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            // What waits in the inbox of an older version must not be forgotten.
            migrationBuilder.Sql(
                "UPDATE inbox SET ConversationKey = json_extract(Turn, '$.where.channel') || ':' || json_extract(Turn, '$.where.conversationId')");

            migrationBuilder.CreateIndex(
                name: "IX_inbox_ConversationKey",
                table: "inbox",
                column: "ConversationKey",
                filter: "\"Outcome\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_inbox_ConversationKey",
                table: "inbox");

            migrationBuilder.DropColumn(
                name: "ConversationKey",
                table: "inbox");
        }
    }
}

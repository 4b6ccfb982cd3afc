using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Commands;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Dialogs;
using TrunkBot.Chat.Dialogs.NewTrunk;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Routes;
using TrunkBot.Chat.Schedules;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat;

/// <summary>Section <c>Chat</c>.</summary>
public sealed class ChatOptions
{
    /// <summary>Section name in the settings.</summary>
    public const string Section = "Chat";

    /// <summary>Folder of the card templates; relative to the folder in which the bot is started.</summary>
    [Required]
    public string CardsDirectory { get; set; } = "cards";
}

public static class ChatServices
{
    /// <summary>
    /// Adds what the bot says. Wants beside it: the ports of Chat (<c>IChannel</c>s, <c>IDialogStore</c>, <c>ICardStore</c>, <c>IConversationStore</c>,
    /// <c>IPeopleStore</c>, <c>IPlaceStore</c>, <c>INoticeStore</c>, <c>IAlertStore</c>, <c>ISilenceStore</c>, <c>IAlertBell</c>, <c>IBackgroundWork</c>),
    /// <see cref="IChangeService"/>, <see cref="ISites"/>, the stores of Changes, and Diagnostics.
    /// </summary>
    public static IServiceCollection AddChat(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ChatOptions>().Bind(configuration.GetSection(ChatOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(p => new CardTemplates(p.GetRequiredService<IOptions<ChatOptions>>().Value.CardsDirectory));
        services.AddSingleton<ICardRenderer>(p => p.GetRequiredService<CardTemplates>());
        services.AddSingleton<IBlockKitRenderer>(p => p.GetRequiredService<CardTemplates>());
        services.AddOptions<PeopleOptions>().Bind(configuration.GetSection(PeopleOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(p => new Accounts(p.GetRequiredService<IOptions<PeopleOptions>>().Value));
        services.AddSingleton<PeopleBook>();
        services.AddSingleton<Gate>();
        services.AddSingleton<Speech>();
        services.AddSingleton<Incidents>();
        services.AddSingleton<SlowAnswer>();
        services.AddSingleton<IHomeBoard, HomeBoard>();
        services.AddSingleton<PlanCard>();
        services.AddSingleton<ProgressCard>();
        services.AddSingleton<CardPlaces>();
        services.AddSingleton<CardRound>();
        services.AddSingleton<ChangeCards>();
        services.AddSingleton<IChangeCards>(p => p.GetRequiredService<ChangeCards>());
        services.AddSingleton<IChangeObserver>(p => p.GetRequiredService<ChangeCards>());
        services.AddSingleton<FleetCards>();
        services.AddSingleton<IFleetCards>(p => p.GetRequiredService<FleetCards>());
        services.AddSingleton<IFleetObserver>(p => p.GetRequiredService<FleetCards>());
        services.AddSingleton<TrunkPlanning>();
        services.AddSingleton<NewTrunkDialog>();
        services.AddSingleton<Reasons>();
        services.AddSingleton<DiagnoseDialog>();
        services.AddSingleton<PersonalViews>();
        services.AddSingleton<TrunkCommands>();
        services.AddSingleton<TestCommands>();
        services.AddSingleton<StatusCommands>();
        services.AddSingleton<TrunkLookup>();
        services.AddSingleton<LifeCommands>();
        services.AddSingleton<FleetCommands>();
        services.AddSingleton<InventoryCommands>();
        services.AddSingleton<ChangeCommands>();
        services.AddSingleton<ControlCommands>();
        services.AddSingleton<ApprovalCommands>();
        services.AddSingleton<AuditCommands>();
        services.AddSingleton<Origins>();
        services.AddSingleton<TalkCommands>();
        services.AddSingleton<PeopleCommands>();
        services.AddSingleton<PlaceBook>();
        services.AddSingleton<PlaceCommands>();
        services.AddSingleton<FollowCommands>();
        services.AddSingleton<Followers>();
        services.AddSingleton<IChangeObserver>(p => p.GetRequiredService<Followers>());
        services.AddSingleton<AlertCommands>();
        services.AddSingleton<AlertDiagnosis>();
        services.AddSingleton<IAlertDesk, AlertDesk>();
        services.AddSingleton<HealthDesk>();
        services.AddSingleton<ScheduledTests>();
        services.AddSingleton<InsightsWatch>();
        services.AddSingleton<RouteCommands>();
        services.AddSingleton<ScheduleCommands>();
        services.AddSingleton<CommandTable>();
        services.AddSingleton(p => new Lazy<CommandTable>(p.GetRequiredService<CommandTable>));
        services.AddSingleton<ButtonVerbs>();
        services.AddSingleton<ITurnHandler, ConversationHandler>();
        return services;
    }
}

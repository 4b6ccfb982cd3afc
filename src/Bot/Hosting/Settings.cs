using TrunkBot.Alerts;
using TrunkBot.Audit;
using TrunkBot.Chat;
using TrunkBot.Chat.People;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Alarms;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Diagnostics.Schedules;
using TrunkBot.Metaswitch;
using TrunkBot.Metrics;
using TrunkBot.Perimeta;
using TrunkBot.SignIn;
using TrunkBot.Slack;
using TrunkBot.Teams;
using TrunkBot.Twilio;
using TrunkBot.Twilio.Webhooks;
using TrunkBot.WebChat;

namespace TrunkBot.Hosting;

/// <summary>All settings, checked together before anything is started.</summary>
internal sealed record Settings(
    StorageOptions Storage, SitesOptions Sites, ClusterOptions Cluster, AuditOptions Audit, PerimetaOptions Perimeta, TwilioOptions Twilio, PeopleOptions People)
{
    /// <exception cref="SettingsException">Any section has a wrong, missing or unknown value.</exception>
    public static Settings Read(IConfiguration configuration)
    {
        // The rooms bind their own sections; here they are only checked, so that a wrong value is said with its file.
        SettingsCheck.Bind<ChatOptions>(configuration, ChatOptions.Section);
        SettingsCheck.Bind<DiagnosticsOptions>(configuration, DiagnosticsOptions.Section);
        SettingsCheck.Bind<MetricsOptions>(configuration, MetricsOptions.Section);
        SettingsCheck.Bind<HealthOptions>(configuration, HealthOptions.Section);
        SettingsCheck.Bind<AlarmOptions>(configuration, AlarmOptions.Section);
        SettingsCheck.Bind<ScheduleOptions>(configuration, ScheduleOptions.Section);
        SettingsCheck.Bind<InsightsOptions>(configuration, InsightsOptions.Section);
        SettingsCheck.Bind<AlertOptions>(configuration, AlertOptions.Section);
        SettingsCheck.Bind<AlertWebhookOptions>(configuration, AlertWebhookOptions.Section);
        SettingsCheck.Bind<MetaswitchOptions>(configuration, MetaswitchOptions.Section);
        SettingsCheck.Bind<TwilioWebhookOptions>(configuration, TwilioWebhookOptions.Section);
        SettingsCheck.Bind<BotFrameworkOptions>(configuration, BotFrameworkOptions.Section);
        SettingsCheck.Bind<TeamsOptions>(configuration, TeamsOptions.Section);
        SettingsCheck.Bind<SlackOptions>(configuration, SlackOptions.Section);
        SettingsCheck.Bind<WebChatOptions>(configuration, WebChatOptions.Section);
        SettingsCheck.Bind<SignInOptions>(configuration, SignInOptions.Section);
        var settings = new Settings(
            SettingsCheck.Bind<StorageOptions>(configuration, StorageOptions.Section),
            SettingsCheck.Bind<SitesOptions>(configuration, SitesOptions.Section),
            SettingsCheck.Bind<ClusterOptions>(configuration, ClusterOptions.Section),
            SettingsCheck.Bind<AuditOptions>(configuration, AuditOptions.Section),
            SettingsCheck.Bind<PerimetaOptions>(configuration, PerimetaOptions.Section),
            SettingsCheck.Bind<TwilioOptions>(configuration, TwilioOptions.Section),
            SettingsCheck.Bind<PeopleOptions>(configuration, PeopleOptions.Section));
        if (settings is { Cluster.IsShared: true, Storage: not { Provider: StorageProvider.PostgreSQL, KeysDirectory.Length: > 0 } })
        {
            throw new SettingsException(
                "Cluster:Redis: several silos need one truth and one folder of keys: set Storage:Provider to PostgreSQL, Storage:ConnectionString, and Storage:KeysDirectory to a folder that all silos share");
        }

        return settings;
    }
}

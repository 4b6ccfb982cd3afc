using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrunkBot.Diagnostics.Alarms;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Diagnostics.Diagnosis;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Diagnostics.Probes;
using TrunkBot.Diagnostics.Schedules;

namespace TrunkBot.Diagnostics;

public static class DiagnosticsServices
{
    /// <summary>
    /// Adds status and diagnosis. Wants an <see cref="ITrunkProbe"/> and the systems' <see cref="IStatusReader"/>s beside it.
    /// </summary>
    public static IServiceCollection AddDiagnostics(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DiagnosticsOptions>()
            .Bind(configuration.GetSection(DiagnosticsOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<HealthOptions>().Bind(configuration.GetSection(HealthOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(p => p.GetRequiredService<IOptions<HealthOptions>>().Value);
        services.AddOptions<ScheduleOptions>().Bind(configuration.GetSection(ScheduleOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(p => p.GetRequiredService<IOptions<ScheduleOptions>>().Value);
        services.AddOptions<InsightsOptions>().Bind(configuration.GetSection(InsightsOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(p => p.GetRequiredService<IOptions<InsightsOptions>>().Value);
        services.AddSingleton<StatusReaders>();
        services.AddSingleton<EdgeProbes>();
        services.AddSingleton<TrunkHealth>();
        services.AddSingleton<TrunkDiagnosis>();
        services.AddOptions<AlertOptions>().Bind(configuration.GetSection(AlertOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<AlertOptions>, AlertOptionsValidation>();
        services.AddSingleton<AlertMatching>();
        services.AddOptions<AlarmOptions>().Bind(configuration.GetSection(AlarmOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<AlarmOptions>, AlarmOptionsValidation>();
        services.AddSingleton<AlarmRules>();
        return services;
    }
}

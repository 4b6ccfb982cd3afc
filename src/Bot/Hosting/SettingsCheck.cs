using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Hosting;

/// <summary>A setting is wrong; the message names file and key.</summary>
public sealed class SettingsException(string message) : Exception(message);

/// <summary>Binds settings and checks them at once, so that a wrong one stops the start and says where it stands.</summary>
public static class SettingsCheck
{
    /// <summary>Binds and checks one section.</summary>
    /// <exception cref="SettingsException">A value is missing, out of range, of another type or unknown; all of them are named.</exception>
    public static T Bind<T>(IConfiguration configuration, string section)
        where T : class, new()
    {
        var options = new T();
        var part = configuration.GetSection(section);
        try
        {
            part.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException e)
        {
            var key = Culprit<T>(part, section);
            throw new SettingsException($"{Where(configuration, key)}: {key}: {e.InnerException?.Message ?? e.Message}");
        }

        var wrong = new List<ValidationResult>();
        if (Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true))
        {
            return options;
        }

        var lines = wrong.Select(w =>
        {
            var key = $"{section}:{w.MemberNames.FirstOrDefault() ?? "?"}";
            return $"{Where(configuration, key)}: {key}: {w.ErrorMessage}";
        });
        throw new SettingsException(string.Join(Environment.NewLine, lines));
    }

    /// <summary>The key that can't be bound: one that no property has, else one whose value has another type.</summary>
    private static string Culprit<T>(IConfigurationSection part, string section)
    {
        var properties = typeof(T).GetProperties().ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in part.GetChildren())
        {
            if (!properties.TryGetValue(child.Key, out var property))
            {
                return child.Path;
            }

            try
            {
                child.Get(property.PropertyType);
            }
            catch (InvalidOperationException)
            {
                return child.Path;
            }
        }

        return section;
    }

    /// <summary>The file or other source that a key's value comes from.</summary>
    private static string Where(IConfiguration configuration, string key)
    {
        if (configuration is IConfigurationRoot root)
        {
            foreach (var provider in root.Providers.Reverse())
            {
                if (provider.TryGet(key, out _))
                {
                    return provider is FileConfigurationProvider { Source.Path: { } path } ? path : provider.GetType().Name.Replace("ConfigurationProvider", "", StringComparison.Ordinal).ToLowerInvariant();
                }
            }
        }

        return "appsettings.json";
    }
}

using System.Reflection;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Tests.Redaction;

public sealed class RedactorTests
{
    /// <summary>The profile types are walked, so that a secret added to any of them later can't be forgotten.</summary>
    [Fact]
    public void Every_secret_that_a_site_profile_can_name_is_redacted()
    {
        var named = new List<string>();
        var site = (SiteProfile)Filled(typeof(SiteProfile), Sample.Site(), named);

        Assert.Contains("PerimetaSite.PrivateKeyPassphrase", named);
        Assert.Contains("ShadowDatabaseSite.Password", named);
        Assert.Equal(named.Order(), Redactor.ReferencesOf(site).Select(r => r.Name).Order());
    }

    /// <summary>A copy whose every secret has a name of its own: the type and the property.</summary>
    private static object Filled(Type type, object? sample, List<string> named)
    {
        var copy = sample ?? System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var of = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (of == typeof(SecretReference))
            {
                named.Add($"{type.Name}.{property.Name}");
                property.SetValue(copy, new SecretReference(named[^1]));
            }
            else if (of.Namespace == typeof(SiteProfile).Namespace && of.IsClass)
            {
                property.SetValue(copy, Filled(of, property.GetValue(copy), named));
            }
        }

        return copy;
    }
}

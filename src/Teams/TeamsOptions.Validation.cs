using Microsoft.Extensions.Options;
using TrunkBot.Teams.Authentication;

namespace TrunkBot.Teams;

public sealed partial class TeamsOptions
{
    /// <summary>Says at start what would otherwise refuse every message, or fail at the first answer.</summary>
    internal sealed class Validation : IValidateOptions<TeamsOptions>
    {
        public ValidateOptionsResult Validate(string? name, TeamsOptions options)
        {
            var wrong = options.IsConfigured ? WrongOf(options).Select(w => $"teams-settings: Teams:{w}").ToList() : [];
            return wrong.Count > 0 ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
        }

        private static IEnumerable<string> WrongOf(TeamsOptions options)
        {
            if (!Guid.TryParseExact(options.AppId, "D", out _))
            {
                yield return "AppId is not a GUID. Take it from the bot's registration.";
            }

            if (!Guid.TryParseExact(options.TenantId, "D", out _))
            {
                yield return "TenantId is not a GUID. Take it from the bot's registration; common and organizations are not tenants.";
            }

            if (!options.AllowedTenants.All(t => Guid.TryParseExact(t, "D", out _)))
            {
                yield return "AllowedTenants has an entry that is not a GUID.";
            }

            if (options.ServiceHosts.Any(h => Uri.CheckHostName(h) is UriHostNameType.Unknown || h.EndsWith('.')))
            {
                yield return "ServiceHosts has an entry that is not the name of a host.";
            }

            if (options.FileHosts.Any(h => Uri.CheckHostName(h) is UriHostNameType.Unknown || h.EndsWith('.')))
            {
                yield return "FileHosts has an entry that is not the name of a host.";
            }

            if (CredentialProblem(options) is { } problem)
            {
                yield return problem;
            }

            var endpoints = CloudEndpoints.Of(options);
            if (!IsHttps(endpoints.MetadataUrl) && !Loopback.IsUrl(endpoints.MetadataUrl))
            {
                yield return "MetadataUrl is not https.";
            }

            if (!IsHttps(endpoints.Authority))
            {
                yield return "Authority is not https.";
            }
        }

        private static string? CredentialProblem(TeamsOptions options) => options.Credential switch
        {
            BotCredential.ClientSecret when options.ClientSecret.Length == 0 => "ClientSecret is empty. Set it in the environment, in user secrets or in the secrets file.",
            BotCredential.Certificate when !File.Exists(options.CertificateFile) => "CertificateFile names no file.",
            BotCredential.None => "Credential is None, so the bot could hear but not answer. Set ClientSecret, Certificate or ManagedIdentity.",
            _ => null,
        };

        private static bool IsHttps(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;
    }
}

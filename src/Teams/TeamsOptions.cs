using System.ComponentModel.DataAnnotations;
using TrunkBot.Teams.Authentication;

namespace TrunkBot.Teams;

/// <summary>How the bot proves itself to Entra.</summary>
public enum BotCredential
{
    None,

    /// <summary><see cref="TeamsOptions.ClientSecret"/>.</summary>
    ClientSecret,

    /// <summary><see cref="TeamsOptions.CertificateFile"/>.</summary>
    Certificate,

    /// <summary>The user-assigned managed identity of the machine in Azure whose client id is the app id.</summary>
    ManagedIdentity,
}

/// <summary>
/// Who the bot is in Entra and who may speak to it there, section <c>Teams</c>. Without an app id nobody may.
/// What a <see cref="Cloud"/> fills in is used where a setting is empty.
/// </summary>
public sealed partial class TeamsOptions
{
    public const string Section = "Teams";

    /// <summary>The bot's app id, a GUID. Setting it closes the lab's open door.</summary>
    public string AppId { get; set; } = "";

    /// <summary>The tenant in which the bot is registered, a GUID: a bot of a single tenant.</summary>
    public string TenantId { get; set; } = "";

    [EnumDataType(typeof(BotCloud))]
    public BotCloud Cloud { get; set; }

    [EnumDataType(typeof(BotCredential))]
    public BotCredential Credential { get; set; }

    /// <summary>A secret: from the environment, user secrets or the secrets file, never from appsettings.json.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>Certificate with its private key: PKCS #12 (.pfx, .p12) or PEM.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>Of a PKCS #12 file; a secret.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>Tenants whose people may speak to the bot, GUIDs. Empty: <see cref="TenantId"/> alone.</summary>
    public IReadOnlyList<string> AllowedTenants { get; set; } = [];

    /// <summary>Channels whose activities are taken, as in <c>channelId</c>. Empty: <c>msteams</c> alone.</summary>
    public IReadOnlyList<string> Channels { get; set; } = [];

    /// <summary>Hosts of connectors, each with its sub-domains: where activities may come from and the bot's token may go. Empty: the cloud's.</summary>
    public IReadOnlyList<string> ServiceHosts { get; set; } = [];

    /// <summary>Hosts that files may be uploaded to, each with its sub-domains: where Teams keeps people's files. Empty: the cloud's.</summary>
    public IReadOnlyList<string> FileHosts { get; set; } = [];

    /// <summary>Issuer of the channel's tokens. Empty: the cloud's.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>OpenID metadata of that issuer; https, or http on this machine. Empty: the cloud's.</summary>
    public string MetadataUrl { get; set; } = "";

    /// <summary>Where the bot gets its tokens; <c>{tenant}</c> stands for <see cref="TenantId"/>. Empty: the cloud's.</summary>
    public string Authority { get; set; } = "";

    /// <summary>What the bot's tokens are for. Empty: the cloud's.</summary>
    public string Scope { get; set; } = "";

    internal bool IsConfigured => AppId.Length > 0;

    internal IReadOnlyList<string> EffectiveTenants => AllowedTenants.Count > 0 ? AllowedTenants : [TenantId];

    internal IReadOnlyList<string> EffectiveChannels => Channels.Count > 0 ? Channels : ["msteams"];
}

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace TrunkBot.Teams;

/// <summary>Settings of the Activity protocol, section <c>BotFramework</c>.</summary>
public sealed class BotFrameworkOptions
{
    public const string Section = "BotFramework";

    /// <summary>
    /// Takes activities that nobody signed, from this machine only, so that the lab needs no account anywhere.
    /// Whoever can open a connection from this machine can then speak as anyone. Refused at start outside the environment Lab.
    /// While it is off, and from the moment that <see cref="TeamsOptions.AppId"/> is set, an activity needs the token of a channel.
    /// </summary>
    public bool AllowUnauthenticatedLoopbackInLab { get; set; }

    /// <summary>How long the presser of a button waits before being told that the work goes on. Teams drops an invoke that takes longer than about 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:00:05")]
    public TimeSpan InvokeAnswerWithin { get; set; } = TimeSpan.FromSeconds(2.5);

    /// <summary>How long one request to the connector may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan ConnectorTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a request is sent in all before it is given up, when the connector asks to come again.</summary>
    [Range(1, 10)]
    public int ConnectorAttempts { get; set; } = 5;

    /// <summary>First pause between two attempts; doubles each time, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:30")]
    public TimeSpan ConnectorBackoff { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Refuses the lab's open door anywhere but in a lab.</summary>
    internal sealed class Validation(IHostEnvironment environment) : IValidateOptions<BotFrameworkOptions>
    {
        public ValidateOptionsResult Validate(string? name, BotFrameworkOptions options) =>
            options.AllowUnauthenticatedLoopbackInLab && !environment.IsEnvironment("Lab")
                ? ValidateOptionsResult.Fail(
                    $"unauthenticated-outside-lab: BotFramework:AllowUnauthenticatedLoopbackInLab is on in the environment '{environment.EnvironmentName}'. Remove it, or start with DOTNET_ENVIRONMENT=Lab if this is a lab.")
                : ValidateOptionsResult.Success;
    }
}

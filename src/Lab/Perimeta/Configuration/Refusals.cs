namespace TrunkBot.Lab.Perimeta.Configuration;

/// <summary>
/// What the simulated SBC refuses although the line is well formed. All of it is invented: nothing is published about
/// what a real device does with an active adjacency or an undefined label.
/// </summary>
internal static class Refusals
{
    private static readonly string[] FixedWhileActive = ["realm", "service-address", "signaling-peer"];

    public static string? OfEntering(Target target, Command command, string line) => target.Adjacency switch
    {
        null => null,
        { IsActive: true } adjacency => OfEditing(adjacency, command),
        { } adjacency when line == "activate" => OfActivating(target.Config, adjacency),
        _ => null,
    };

    public static string? OfRemoving(Target target, ConfigNode doomed) => doomed switch
    {
        { Command.FixedPart: Grammar.Adjacency, IsActive: true } => $"'{doomed.Line}' is active: 'no activate' it first",
        { Command: { } command } when target.Adjacency is { IsActive: true } adjacency => OfEditing(adjacency, command),
        _ => null,
    };

    private static string? OfEditing(ConfigNode adjacency, Command command) =>
        Array.Exists(FixedWhileActive, word => word == command.FixedPart)
            ? $"'{command.FixedPart}' cannot be changed while '{adjacency.Line}' is active: 'no activate' it first"
            : null;

    private static string? OfActivating(RunningConfig config, ConfigNode adjacency)
    {
        if (adjacency.Value("realm") is not { } realm)
        {
            return $"'{adjacency.Line}' cannot be activated: it has no 'realm'";
        }

        if (!IsDefined(config, Grammar.MediaAddress, $"realm {realm}"))
        {
            return $"'{adjacency.Line}' cannot be activated: realm '{realm}' is not defined under sbc media";
        }

        if (adjacency.Value("service-address") is { } label)
        {
            if (!IsDefined(config, Grammar.LocalIpAddress, $"service-address {label}"))
            {
                return $"'{adjacency.Line}' cannot be activated: service-address '{label}' is not defined under system";
            }
        }
        else if (adjacency.Value("signaling-local-address ipv4") is null || adjacency.Value("service-network") is null)
        {
            return $"'{adjacency.Line}' cannot be activated: it has no 'service-address'";
        }

        if (adjacency.Value("signaling-peer") is null)
        {
            return $"'{adjacency.Line}' cannot be activated: it has no 'signaling-peer'";
        }

        return adjacency.Value("remote-address-range ipv4") is null
            ? $"'{adjacency.Line}' cannot be activated: it has no 'remote-address-range'"
            : null;
    }

    private static bool IsDefined(RunningConfig config, string holder, string line) =>
        config.Root.Descendants().Any(node => node.Command?.FixedPart == holder && node.Child(line) is not null);
}

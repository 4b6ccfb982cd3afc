namespace TrunkBot.Trunks.Parameters;

/// <summary>Every parameter of a trunk, in the order in which it is asked for.</summary>
public static class TrunkParameters
{
    /// <summary>Key of the ticket number.</summary>
    public const string Ticket = "ticket";

    public static IReadOnlyList<TrunkParameter> All { get; } =
    [
        new()
        {
            Key = "name",
            Label = "Trunk name",
            Hint = "What people will call this trunk.",
            Restriction = "1 to 20 lower-case letters, digits, hyphens",
            Step = FormStep.WhoAndWhere,
            Check = ParameterChecks.TrunkName,
        },
        new()
        {
            Key = "site",
            Label = "Site",
            Hint = "Which SBC, switch and Twilio account.",
            Restriction = "a configured site",
            Step = FormStep.WhoAndWhere,
            Input = ParameterInput.Choice,
            Check = ParameterChecks.ObjectName,
        },
        new()
        {
            Key = "edges",
            Label = "Twilio edges",
            Hint = "One adjacency is built for each; all eight give full redundancy.",
            Restriction = "edge names separated by commas, or all",
            Step = FormStep.WhoAndWhere,
            Input = ParameterInput.Choices,
            Many = true,
            MostCharacters = 200,
            Choices = ["all", .. Edges.EdgeCatalogue.Current.Edges.Select(e => e.Name)],
            Default = _ => "all",
            Check = ParameterChecks.Edges,
            Canonical = ParameterSpelling.Edges,
        },
        new()
        {
            Key = "transport",
            Label = "Transport to Twilio",
            Hint = "TLS makes a secure trunk and needs a site template.",
            Restriction = "udp, tcp or tls",
            Step = FormStep.WhoAndWhere,
            Input = ParameterInput.Choice,
            Choices = ["udp", "tcp", "tls"],
            Default = _ => "udp",
            Check = value => ParameterChecks.IsOneOf(value, "udp", "tcp", "tls") ? null : "choose udp, tcp or tls",
            Canonical = value => value.ToLowerInvariant(),
        },
        new()
        {
            Key = "termination",
            Label = "Termination name",
            Hint = "NAME in NAME.pstn.twilio.com, unique across Twilio.",
            Restriction = "1 to 50 lower-case letters, digits, hyphens",
            Step = FormStep.WhoAndWhere,
            Default = value => value("name"),
            DefaultIsDerived = true,
            Check = ParameterChecks.TerminationLabel,
            Canonical = ParameterChecks.StripTerminationSuffix,
        },
        new()
        {
            Key = "acl",
            Label = "SBC public addresses",
            Hint = "The only sources Twilio will take calls from.",
            Restriction = "public IPv4 networks, /24 or narrower, separated by commas",
            Step = FormStep.Addressing,
            Many = true,
            MostCharacters = 2400, // 100 entries, the most that Twilio takes, of at most 18 characters, with comma and blank.
            Check = ParameterChecks.PublicNetworks,
            Canonical = ParameterSpelling.Networks,
        },
        new()
        {
            Key = "service-network",
            Label = "Perimeta service network",
            Hint = "The service network that faces Twilio.",
            Restriction = "1 to 65535",
            Step = FormStep.Addressing,
            Input = ParameterInput.Number,
            Check = ParameterChecks.ServiceNetwork,
        },
        new()
        {
            Key = "service-address",
            Label = "Perimeta service address",
            Hint = "Label under system / service-interface.",
            Restriction = "an existing label, at most 30 characters",
            Step = FormStep.Addressing,
            Input = ParameterInput.Choice,
            Check = ParameterChecks.PerimetaName,
        },
        new()
        {
            Key = "realm",
            Label = "Perimeta realm",
            Hint = "Label under sbc / media / media-address.",
            Restriction = "an existing label, at most 30 characters",
            Step = FormStep.Addressing,
            Input = ParameterInput.Choice,
            Check = ParameterChecks.PerimetaName,
        },
        new()
        {
            Key = "local-port",
            Label = "Local signalling port",
            Hint = "signaling-local-port of the adjacencies.",
            Restriction = "1 to 65535",
            Step = FormStep.Addressing,
            Input = ParameterInput.Number,
            Default = value => value("transport") == "tls" ? "5061" : "5060",
            Check = ParameterChecks.Port,
        },
        new()
        {
            Key = "adjacency",
            Label = "Adjacency name pattern",
            Hint = "{name}, {edge} and {legacy} are filled in for each edge.",
            Restriction = "names of at most 30 characters",
            Step = FormStep.Addressing,
            Default = _ => "{name}-{legacy}",
            Check = ParameterChecks.AdjacencyPattern,
        },
        new()
        {
            Key = "interop-profile",
            Label = "Default interop profile",
            Hint = "default-interop-profile of the adjacencies; the published procedure uses ManagedAccess.",
            Restriction = "a profile of the SBC, at most 30 characters",
            Step = FormStep.Addressing,
            Default = _ => "ManagedAccess",
            Check = ParameterChecks.PerimetaName,
        },
        new()
        {
            Key = "adjacency-type",
            Label = "Adjacency type",
            Hint = "adjacency-type of the adjacencies; the published procedure uses preset-access.",
            Restriction = "preset-access or preset-peering",
            Step = FormStep.Addressing,
            Input = ParameterInput.Choice,
            Choices = ["preset-access", "preset-peering"],
            Default = _ => "preset-access",
            Check = value => ParameterChecks.IsOneOf(value, "preset-access", "preset-peering") ? null : "choose preset-access or preset-peering",
            Canonical = value => value.ToLowerInvariant(),
        },
        new()
        {
            Key = "cfs-proxy",
            Label = "CFS-side proxy address",
            Hint = "Core-side address of the Perimeta: Proxy IP address of the binding.",
            Restriction = "IPv4 address, with port if not 5060",
            Step = FormStep.Addressing,
            Check = ParameterChecks.Address,
        },
        new()
        {
            Key = "rmgm",
            Label = "Remote Media Gateway Model",
            Hint = "A model of its own for Twilio, with \"Use E164 numbers\" ticked.",
            Restriction = "at most 30 characters, no blanks",
            Step = FormStep.RoutingAndNumbers,
            Default = _ => "Twilio",
            Check = ParameterChecks.ObjectName,
        },
        new()
        {
            Key = "binding",
            Label = "Configured SIP binding",
            Hint = "Name of the binding on the CFS.",
            Restriction = "at most 30 characters, no blanks",
            Step = FormStep.RoutingAndNumbers,
            Default = value => value("name") is { } name ? $"Twilio-{name}" : null,
            DefaultIsDerived = true,
            Check = ParameterChecks.ObjectName,
        },
        new()
        {
            Key = "polling",
            Label = "OPTIONS polling interval (s)",
            Hint = "How often the CFS polls Twilio through the SBC; empty (or none): the switch's default.",
            Restriction = "15 to 3600 seconds",
            Step = FormStep.RoutingAndNumbers,
            Input = ParameterInput.Number,
            Optional = true,
            Check = ParameterChecks.Polling,
        },
        new()
        {
            Key = "sip-trunk",
            Label = "SIP trunk name",
            Hint = "Name of the SIP trunk object on the CFS.",
            Restriction = "at most 30 characters, no blanks",
            Step = FormStep.RoutingAndNumbers,
            Default = value => value("name") is { } name ? $"Twilio-{name}" : null,
            DefaultIsDerived = true,
            Check = ParameterChecks.ObjectName,
        },
        new()
        {
            Key = "trunk-group",
            Label = "Trunk group",
            Hint = "Trunk group number on the CFS; empty (or none): as the site's usual.",
            Restriction = "1 to 99999",
            Step = FormStep.RoutingAndNumbers,
            Input = ParameterInput.Number,
            Optional = true,
            Check = ParameterChecks.TrunkGroup,
        },
        new()
        {
            Key = "test-number",
            Label = "Test number",
            Hint = "Dialed number that the translations send to this trunk; Twilio's record-and-playback number by default.",
            Restriction = "digits as in the translations",
            Step = FormStep.RoutingAndNumbers,
            Default = _ => "16504894546",
            Check = ParameterChecks.DialedNumber,
        },
        new()
        {
            Key = "origination",
            Label = "Inbound calls (origination)",
            Hint = "Whether Twilio shall send calls for the trunk's numbers to the SBC.",
            Restriction = "yes or no",
            Step = FormStep.RoutingAndNumbers,
            Input = ParameterInput.Toggle,
            Default = _ => "no",
            Check = ParameterChecks.YesNo,
            Canonical = value => value.ToLowerInvariant(),
        },
        new()
        {
            Key = "numbers",
            Label = "Numbers",
            Hint = "Numbers of the Twilio account to attach; replaces their voice routing.",
            Restriction = "E.164 numbers separated by commas, or empty",
            Step = FormStep.RoutingAndNumbers,
            Optional = true,
            Many = true,
            MostCharacters = 4000, // More than 200 numbers of at most 16 characters, with comma and blank.
            Check = ParameterChecks.Numbers,
            Canonical = ParameterSpelling.List,
        },
        new()
        {
            Key = Ticket,
            Label = "Ticket number",
            Hint = "The number of this change in your own change management.",
            Restriction = "as the site writes its ticket numbers",
            Step = FormStep.RoutingAndNumbers,
            Optional = true,
            OfChange = true,
            MostCharacters = 40,
            Check = ParameterChecks.TicketNumber,
        },
    ];

    /// <summary>The ticket number among values; null when there is none.</summary>
    public static string? TicketOf(IEnumerable<ParameterValue> values) =>
        values.FirstOrDefault(v => v.Key == Ticket) is { } value && !string.Equals(value.Text, TrunkParameter.None, StringComparison.OrdinalIgnoreCase) ? value.Text : null;

    /// <summary>Whether a text may be a ticket number of whatever system: never more than one word.</summary>
    public static bool IsTicket(string text) => ParameterChecks.TicketNumber(text) is null;

    /// <summary>What of values is the trunk's own, without what belongs to one change.</summary>
    public static IReadOnlyList<ParameterValue> OfTrunk(IEnumerable<ParameterValue> values) => [.. values.Where(v => Find(v.Key) is not { OfChange: true })];

    /// <summary>By key, case ignored; null when there is none.</summary>
    public static TrunkParameter? Find(string key) =>
        All.FirstOrDefault(p => string.Equals(p.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <summary>What to say of a key that is none of the parameters': the one that was probably meant, else all of them.</summary>
    public static string Unknown(string key)
    {
        var keys = All.Select(p => p.Key).ToList();
        return $"there is no parameter {ParameterChecks.Show(key)}; " + (Nearest.To(key, keys) is { } near ? $"did you mean {near}?" : $"known are {string.Join(", ", keys)}");
    }
}

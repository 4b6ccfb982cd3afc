using System.Net;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Trunks.Tests;

public sealed class IntentReaderTests
{
    [Fact]
    public void Name_and_site_are_enough_when_the_site_has_defaults()
    {
        var reading = IntentReader.Read(TestSites.Typed(), TestSites.Find);

        Assert.Empty(reading.Errors);
        var intent = reading.Intent!;
        Assert.Equal("acme-east", intent.Name);
        Assert.Equal(8, intent.Edges.Count);
        Assert.Equal(SipTransport.Udp, intent.Transport);
        Assert.Equal("acme-east.pstn.twilio.com", intent.DomainName);
        Assert.Equal([IPNetwork.Parse("203.0.113.0/28")], intent.PublicAddresses);
        Assert.Equal(2, intent.ServiceNetwork);
        Assert.Equal(5060, intent.LocalPort);
        Assert.Equal(IPAddress.Parse("10.20.0.5"), intent.CoreProxyAddress);
        Assert.Equal(5070, intent.CoreProxyPort);
        Assert.Equal("Twilio-acme-east", intent.BindingName);
        Assert.Equal("16504894546", intent.TestNumber);
        Assert.False(intent.Origination);
        Assert.Null(intent.PollingIntervalSeconds);
    }

    [Fact]
    public void Every_value_says_where_it_came_from()
    {
        var origins = IntentReader.Read(TestSites.Typed(("edges", "umatilla")), TestSites.Find)
            .Values.ToDictionary(v => v.Key, v => v.Origin);

        Assert.Equal(ValueOrigin.Typed, origins["name"]);
        Assert.Equal(ValueOrigin.Typed, origins["edges"]);
        Assert.Equal(ValueOrigin.SiteProfile, origins["acl"]);
        Assert.Equal(ValueOrigin.Default, origins["transport"]);
        Assert.Equal(ValueOrigin.Derived, origins["termination"]);
        Assert.False(origins.ContainsKey("polling"));
    }

    [Fact]
    public void All_eight_edges_allow_a_contact_without_region()
    {
        var intent = IntentReader.Read(TestSites.Typed(), TestSites.Find).Intent!;

        Assert.Equal("acme-east.pstn.twilio.com", intent.ContactDomainName);
    }

    [Fact]
    public void Fewer_edges_need_a_contact_that_names_its_region_as_the_seed_article_does()
    {
        var intent = IntentReader.Read(TestSites.Typed(("edges", "umatilla")), TestSites.Find).Intent!;

        Assert.Equal("acme-east.pstn.us2.twilio.com", intent.ContactDomainName);
        Assert.Equal("acme-east-us2", intent.AdjacencyName(intent.Edges[0]));
    }

    [Fact]
    public void Edges_keep_the_catalogues_order_and_legacy_names_are_understood()
    {
        var intent = IntentReader.Read(TestSites.Typed(("edges", "sydney, us2 ashburn")), TestSites.Find).Intent!;

        Assert.Equal(["ashburn", "umatilla", "sydney"], intent.Edges.Select(e => e.Name));
    }

    [Fact]
    public void All_errors_are_reported_not_the_first()
    {
        var reading = IntentReader.Read(
            TestSites.Typed(("name", "Acme East"), ("edges", "boston"), ("local-port", "70000"), ("acl", "10.0.0.0/28")),
            TestSites.Find);

        Assert.Null(reading.Intent);
        Assert.Equal(["acl", "edges", "local-port", "name"], reading.Errors.Select(e => e.Key).Distinct().Where(k => k is "acl" or "edges" or "local-port" or "name").Order());
    }

    [Theory]
    [InlineData("name", "acme\nno adjacency sip Twilio", "must be one line without control characters")]
    [InlineData("realm", "x\u0000y", "must be one line without control characters")]
    [InlineData("realm", "with blank", "use 1 to 30 letters, digits, hyphens or underscores, beginning with a letter")]
    [InlineData("interop-profile", "a123456789012345678901234567890", "use 1 to 30 letters, digits, hyphens or underscores, beginning with a letter")]
    [InlineData("edges", "boston", "\"boston\": no such edge; known are ashburn, umatilla, dublin, frankfurt, tokyo, singapore, sydney, sao-paulo")]
    [InlineData("acl", "203.0.113.5/28", "\"203.0.113.5/28\" is not an IPv4 address with prefix length, such as 203.0.113.0/28 (an address inside the network instead of its first one is refused, so that nothing is widened by mistake)")]
    [InlineData("acl", "8.0.0.0/8", "\"8.0.0.0/8\" is wider than a /24: name the SBC's own signalling addresses only, or anybody in that range could call")]
    [InlineData("acl", "192.168.1.0/28", "\"192.168.1.0/28\" is not a public address: Twilio sees the SBC's public signalling address")]
    [InlineData("termination", "acme_east", "use 1 to 50 lower-case letters, digits or hyphens (the part before .pstn.twilio.com), neither beginning nor ending with a hyphen")]
    [InlineData("adjacency", "{name}", "gives two edges the same adjacency name; put {edge} or {legacy} into it")]
    [InlineData("cfs-proxy", "10.20.0.5:99999", "give an IPv4 address, with a port if it is not 5060, such as 10.20.0.5:5060")]
    [InlineData("cfs-proxy", "10.20.5", "give an IPv4 address, with a port if it is not 5060, such as 10.20.0.5:5060")]
    [InlineData("polling", "5", "give seconds (Twilio bans pollers faster than one OPTIONS in 10 to 15 s): a whole number from 15 to 3600")]
    [InlineData("test-number", "+16504894546", "give digits only, as they look in the translations, such as 16504894546")]
    [InlineData("test-number", "123", "is not a valid telephone number")]
    [InlineData("numbers", "3035550100", "\"3035550100\": write the number in E.164 with a leading +, such as +13035550100")]
    [InlineData("service-address", "GeneralPeering-09", "\"GeneralPeering-09\" is not one of this site's: GeneralPeering-01, GeneralPeering-02")]
    [InlineData("transport", "sctp", "choose udp, tcp or tls")]
    [InlineData("origination", "maybe", "say yes or no")]
    public void A_bad_value_is_refused_beside_its_field(string key, string text, string message)
    {
        var reading = IntentReader.Read(TestSites.Typed((key, text)), TestSites.Find);

        Assert.Null(reading.Intent);
        Assert.Contains(new ParameterError(key, message), reading.Errors);
    }

    [Fact]
    public void The_full_termination_domain_may_be_typed()
    {
        var intent = IntentReader.Read(TestSites.Typed(("termination", "acme.pstn.twilio.com")), TestSites.Find).Intent!;

        Assert.Equal("acme.pstn.twilio.com", intent.DomainName);
    }

    [Fact]
    public void An_adjacency_name_that_grows_too_long_with_the_edge_is_refused()
    {
        var reading = IntentReader.Read(TestSites.Typed(("adjacency", "Twilio-elastic-{name}-{edge}")), TestSites.Find);

        Assert.Equal(
            [new ParameterError("adjacency", "gives \"Twilio-elastic-acme-east-ashburn\", which is not a Perimeta name of at most 30 characters")],
            reading.Errors);
    }

    [Fact]
    public void One_edge_may_have_an_adjacency_of_any_name()
    {
        var reading = IntentReader.Read(TestSites.Typed(("edges", "umatilla"), ("adjacency", "Twilio")), TestSites.Find);

        Assert.Empty(reading.Errors);
        Assert.Equal("Twilio", reading.Intent!.AdjacencyName(reading.Intent.Edges[0]));
    }

    [Fact]
    public void Numbers_without_origination_are_refused()
    {
        var reading = IntentReader.Read(TestSites.Typed(("numbers", "+13035550100")), TestSites.Find);

        Assert.Equal("numbers", Assert.Single(reading.Errors).Key);
    }

    [Fact]
    public void Tls_moves_the_default_port_to_5061()
    {
        var intent = IntentReader.Read(TestSites.Typed(("transport", "tls")), TestSites.Find).Intent!;

        Assert.Equal((5061, 5061), (intent.LocalPort, intent.PeerPort));
    }

    [Fact]
    public void An_unknown_site_and_an_unknown_key_are_said()
    {
        var reading = IntentReader.Read(new Dictionary<string, string> { ["name"] = "a", ["site"] = "mars", ["colour"] = "red" }, TestSites.Find);

        Assert.Contains(new ParameterError("site", "there is no site \"mars\""), reading.Errors);
        Assert.Contains(reading.Errors, e => e.Key == "colour");
    }

    [Fact]
    public void An_optional_value_with_a_default_can_be_left_empty_and_the_line_says_so()
    {
        var site = With(("polling", "60"), ("trunk-group", "7"));

        var reading = IntentReader.Read(TestSites.Typed(("polling", "None"), ("trunk-group", "none")), _ => site);

        Assert.Null(reading.Intent!.PollingIntervalSeconds);
        Assert.Null(reading.Intent.TrunkGroup);
        var line = ParameterLine.Write(reading.Values);
        Assert.Equal("name=acme-east site=denver polling=none trunk-group=none", line);
        Assert.Equal(reading.Values, IntentReader.Read(ParameterLine.Read(line).Values, _ => site).Values);
        Assert.Equal(60, IntentReader.Read(TestSites.Typed(), _ => site).Intent!.PollingIntervalSeconds);
    }

    [Fact]
    public void A_value_that_is_needed_is_not_emptied_by_none()
    {
        var reading = IntentReader.Read(TestSites.Typed(("edges", "none"), ("realm", "none")), TestSites.Find);

        Assert.Equal([new ParameterError("edges", "choose at least one")], reading.Errors);
    }

    [Theory]
    [InlineData("transport", "udp", "\"udp\" is not one of this site's: tcp, tls")]
    [InlineData("edges", "all", "")]
    [InlineData("edges", "us2", "")]
    [InlineData("edges", "sydney,tokyo,ashburn", "\"tokyo\", \"sydney\" are not of this site's: umatilla, ashburn")]
    [InlineData("acl", "203.0.113.64", "")]
    [InlineData("acl", "203.0.113.64 203.0.113.65", "\"203.0.113.65/32\" is not one of this site's: 203.0.113.0/28, 203.0.113.64/32")]
    [InlineData("polling", "90", "\"90\" is not one of this site's: 60, 120")]
    [InlineData("polling", "none", "")]
    [InlineData("interop-profile", "Other", "\"Other\" is not one of this site's: Mine")]
    public void A_sites_choices_hold_for_every_parameter(string key, string text, string message)
    {
        var reading = IntentReader.Read(TestSites.Typed(("transport", "tcp"), (key, text)), _ => Choosy);

        Assert.Equal(message, reading.Errors.SingleOrDefault()?.Message ?? "");
    }

    [Fact]
    public void All_edges_are_those_that_the_site_allows_and_a_single_choice_is_made()
    {
        var reading = IntentReader.Read(TestSites.Typed(("transport", "TCP")), _ => Choosy);

        Assert.Equal(["ashburn", "umatilla"], reading.Intent!.Edges.Select(e => e.Name));
        Assert.Equal("Mine", reading.Intent.InteropProfile);
        Assert.Equal(SipTransport.Tcp, reading.Intent.Transport);
    }

    [Fact]
    public void A_default_of_the_program_that_the_site_does_not_allow_is_not_taken() =>
        Assert.Equal([new ParameterError("transport", "is needed")], IntentReader.Read(TestSites.Typed(), _ => Choosy).Errors);

    [Fact]
    public void What_concerns_several_values_is_said_although_others_are_wrong()
    {
        var reading = IntentReader.Read(
            TestSites.Typed(("adjacency", "Twilio-elastic-{name}-{edge}"), ("numbers", "+16502530000"), ("local-port", "0")), TestSites.Find);

        Assert.Equal(["local-port", "adjacency", "numbers"], reading.Errors.Select(e => e.Key));
    }

    [Fact]
    public void A_mistyped_site_gets_the_one_that_was_probably_meant() => Assert.Contains(
        new ParameterError("site", "there is no site \"dever\"; did you mean denver?"),
        IntentReader.Read(TestSites.Typed(("site", "dever")), TestSites.Find, ["boulder", "denver"]).Errors);

    private static SiteProfile Choosy { get; } = TestSites.Denver with
    {
        Choices = new Dictionary<string, IReadOnlyList<string>>
        {
            ["transport"] = ["TCP", "tls"],
            ["edges"] = ["us2", "ashburn"],
            ["acl"] = ["203.0.113.0/28", "203.0.113.64"],
            ["polling"] = ["60", "120"],
            ["interop-profile"] = ["Mine"],
        },
    };

    private static SiteProfile With(params (string Key, string Text)[] defaults) => TestSites.Denver with
    {
        Defaults = TestSites.Denver.Defaults.Concat(defaults.Select(d => KeyValuePair.Create(d.Key, d.Text))).ToDictionary(d => d.Key, d => d.Value),
    };

    [Fact]
    public void A_missing_value_without_default_is_asked_for()
    {
        var reading = IntentReader.Read(new Dictionary<string, string> { ["site"] = "denver" }, TestSites.Find);

        Assert.Contains(new ParameterError("name", "is needed"), reading.Errors);
    }
}

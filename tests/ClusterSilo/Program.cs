using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.ClusterSilo;
using TrunkBot.Hosting;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;

// The bot as it is shipped, with two things in other places: the network is one simulated system over HTTP, and the trunk's own tests pass. And with a door for
// the test that plays the people.
var app = await TrunkBotHost.BuildAsync(args, builder =>
{
    builder.Services.RemoveAll<INetworkSystem>();
    builder.Services.AddSingleton<INetworkSystem>(provider => new SimulatedElement(new Uri(builder.Configuration["SIMULATOR"]!), builder.Configuration["SILO"]!, provider.GetRequiredService<TimeProvider>()));
    builder.Services.RemoveAll<ITrunkAcceptance>();
    builder.Services.AddSingleton<ITrunkAcceptance, Passes>();
});

app.MapPost("/test/plan", async (string trunk, string site, IChangeService changes, CancellationToken stop) =>
    (await changes.PlanAsync(new(People.Intent(trunk, site)), [], People.Ana, stop)).Id);
app.MapPost("/test/{id}/submit", (string id, IChangeService changes, CancellationToken stop) => People.AskAsync(changes, id, new Submit(), People.Ana, stop));
app.MapPost("/test/{id}/retry", (string id, IChangeService changes, CancellationToken stop) => People.AskAsync(changes, id, new Retry(), People.Ana, stop));
app.MapPost("/test/{id}/approve", async (string id, IChangeService changes, CancellationToken stop) =>
    await changes.FindAsync(id, stop) is { } change ? await People.AskAsync(changes, id, new Approve(change.Plan.Hash), People.Ben, stop) : Results.NotFound());
await app.RunAsync();

namespace TrunkBot.ClusterSilo
{
    internal static class People
    {
        public static readonly Actor Ana = new("ana", "Ana Ortiz");
        public static readonly Actor Ben = new("ben", "Ben Okafor");

        public static async Task<IResult> AskAsync(IChangeService changes, string id, ChangeRequest request, Actor actor, CancellationToken cancellationToken)
        {
            var reply = await changes.AskAsync(id, request, actor, cancellationToken);
            return Results.Text(reply.Accepted ? "accepted" : reply.Code);
        }

        public static TrunkIntent Intent(string trunk, string site) => new()
        {
            Name = trunk,
            Site = site,
            Edges = [EdgeCatalogue.Shipped.Find("umatilla")!],
            Transport = SipTransport.Udp,
            TerminationName = trunk,
            PublicAddresses = [IPNetwork.Parse("203.0.113.8/29")],
            ServiceNetwork = 2,
            ServiceAddress = "GeneralPeering-01",
            Realm = "GeneralPeeringMedia1",
            LocalPort = 5060,
            AdjacencyNamePattern = "{name}-{legacy}",
            InteropProfile = "ManagedAccess",
            AdjacencyType = "preset-access",
            CoreProxyAddress = IPAddress.Parse("10.20.0.5"),
            CoreProxyPort = 5060,
            MediaGatewayModel = "Twilio",
            BindingName = trunk,
            SipTrunkName = trunk,
            TestNumber = "16504894546",
            Origination = false,
            Numbers = [],
            HostStyle = EdgeHostStyle.Legacy,
        };
    }

    internal sealed class Passes : ITrunkAcceptance
    {
        public Task<AcceptanceReport> RunAsync(TrunkIntent intent, Action<string> progress, CancellationToken cancellationToken) =>
            Task.FromResult(new AcceptanceReport(true, "Heard both ways.", []));
    }
}

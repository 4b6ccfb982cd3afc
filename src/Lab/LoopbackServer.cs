using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace TrunkBot.Lab;

/// <summary>A small web server of one part of the lab, on 127.0.0.1 and nowhere else.</summary>
internal static class LoopbackServer
{
    private const int LargestBodyInBytes = 1_000_000;

    /// <param name="port">0 lets the operating system choose.</param>
    public static WebApplication Build(int port)
    {
        // No arguments, no settings file: the bot's appsettings.json and the program's arguments are none of its business.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBodyInBytes;
            kestrel.Listen(System.Net.IPAddress.Loopback, port);
        });
        return builder.Build();
    }

    public static int Port(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new Uri(addresses.Single()).Port;
    }
}

using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Twilio;

namespace TrunkBot.Carriers.Tests;

internal static partial class Given
{
    static partial void Add(IServiceCollection services) => services.AddTwilio();
}

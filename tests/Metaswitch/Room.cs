using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Life;
using TrunkBot.Metaswitch;
using TrunkBot.Metaswitch.Tests;

namespace TrunkBot.Carriers.Tests;

internal static partial class Given
{
    static partial void Add(IServiceCollection services) => services.AddSingleton<ITrunkStore>(new KnownTrunks()).AddMetaswitch();
}

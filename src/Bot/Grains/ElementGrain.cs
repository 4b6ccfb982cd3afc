using TrunkBot.Changes.Locks;

namespace TrunkBot.Grains;

/// <summary>One network element: who wants its lock comes through here one at a time. Key: the element's name.</summary>
public interface IElementGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="IElementLocks.TakeAsync"/>
    Task<ElementLock> TakeAsync(ElementLock wanted);
}

/// <inheritdoc cref="IElementGrain"/>
public sealed class ElementGrain([FromKeyedServices(ElementGrain.Store)] IElementLocks store) : Grain, IElementGrain
{
    /// <summary>Key of the locks that are the truth: the database's.</summary>
    public const string Store = "store";

    public Task<ElementLock> TakeAsync(ElementLock wanted) => store.TakeAsync(wanted, CancellationToken.None);
}

/// <summary>
/// Locks as the change engine takes them: asked for through the element's grain, so that two changes that want one element
/// come after each other; decided by the store, so that a split cluster can't give one lock twice.
/// </summary>
public sealed class GrainElementLocks([FromKeyedServices(ElementGrain.Store)] IElementLocks store, IGrainFactory grains) : IElementLocks
{
    public Task<ElementLock> TakeAsync(ElementLock wanted, CancellationToken cancellationToken) =>
        grains.GetGrain<IElementGrain>(wanted.Element).TakeAsync(wanted);

    public Task ReleaseAsync(string holder, CancellationToken cancellationToken) => store.ReleaseAsync(holder, cancellationToken);

    public Task ReleaseAsync(ElementLock standing, CancellationToken cancellationToken) => store.ReleaseAsync(standing, cancellationToken);

    public Task<IReadOnlyList<ElementLock>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);
}

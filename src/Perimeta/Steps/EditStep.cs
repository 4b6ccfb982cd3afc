using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Steps;

/// <summary>
/// Changes lines of the trunk's own adjacency; one in service is out of it meanwhile and in it again afterwards, unless the site edits adjacencies in
/// service.
/// </summary>
internal sealed class EditStep(EditPayload payload) : IStep
{
    /// <summary>Lines that the step adds: while one of them is there, the adjacency is not as it was. Where a line stands that the program does not know is left open.</summary>
    private readonly HashSet<string?> _added =
    [
        .. ConfigDifference.Between(CommandBlocks.Intended(payload.Name, payload.Before), CommandBlocks.Intended(payload.Name, payload.After), activation: false).Extras.Select(line => line.Actual),
    ];

    public async Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        if (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is not { } there)
        {
            return new(StepState.CannotTell, $"There is no adjacency {payload.Name}.");
        }

        return IsAfter(cli, there) ? new(StepState.Done, $"Adjacency {payload.Name} has every planned line.", Facts(cli, there))
            : IsBefore(cli, there) ? new(StepState.NotBegun, $"Adjacency {payload.Name} is as it was.")
            : new(StepState.Partly, $"Adjacency {payload.Name} is neither as it was nor as planned: {string.Join("; ", cli.Compare(payload.Name, payload.After, there).Lines)}.");
    }

    public async Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        if (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is not { } there)
        {
            return Missing();
        }

        if (IsAfter(cli, there))
        {
            return StepResult.Done($"Adjacency {payload.Name} has every planned line already; nothing was sent.", Facts(cli, there));
        }

        if (!IsBefore(cli, there))
        {
            var differences = cli.Compare(payload.Name, payload.Before, there).Lines.Where(line => line.Kind != DifferenceKind.Extra || _added.Contains(line.Actual)).Select(line => line.ToString());
            return StepResult.Failed(
                "adjacency-changed-by-others",
                $"Adjacency {payload.Name} is not as it was when the plan was made: {string.Join("; ", there.IsActive == payload.Active ? differences : differences.Append("it is " + State(there.IsActive)))}. Nothing was sent.",
                "Look at who changed it, then make a new plan.");
        }

        try
        {
            var notes = await cli.SendAsync(cli.Blocks.Edit(payload.Name, payload.Lines, payload.Pauses), cancellationToken);
            return await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is { } after && IsAfter(cli, after)
                ? Proven("has every planned line", notes, Facts(cli, after))
                : Differs();
        }
        catch (SbcFailureException e) when (e.Code == "sbc-line-refused")
        {
            return await TakingBack.AfterAsync(e, () => TakeBackAsync(cli, cancellationToken));
        }
    }

    public async Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        if (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is not { } there)
        {
            return Missing();
        }

        if (IsBefore(cli, there))
        {
            return StepResult.Done($"Adjacency {payload.Name} is as it was already; nothing was sent.");
        }

        var notes = await cli.SendAsync(cli.Blocks.Edit(payload.Name, BackFrom(cli, there), payload.Pauses), cancellationToken);
        return await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is { } after && IsBefore(cli, after) ? Proven("is as it was", notes) : Differs();
    }

    private async Task<string> TakeBackAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        if (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is { } there)
        {
            await cli.SendAsync(cli.Blocks.Edit(payload.Name, BackFrom(cli, there), payload.Pauses), cancellationToken);
        }

        return await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is { } back && IsBefore(cli, back)
            ? $"adjacency {payload.Name} is as it was."
            : throw new SbcFailureException("sbc-undo-incomplete", $"Adjacency {payload.Name} is not as it was.", "Compare it with the plan's undo lines, by hand.");
    }

    /// <summary>The plan's own lines back; of an adjacency that was left between the two, those that lead from there: a line that was never added can't be removed.</summary>
    private IReadOnlyList<string> BackFrom(ElementCli cli, Adjacency there)
    {
        if (IsAfter(cli, there))
        {
            return payload.Back;
        }

        // A template's lines come back as a whole, and go with the lines that open their submodes.
        var (all, back) = (cli.Compare(payload.Name, payload.Before, there).Lines, payload.Gone?.Back ?? []);
        var open = all.Where(line => line.Kind == DifferenceKind.Extra ? _added.Contains(line.Actual) && !GoesWithOpener(line.Actual!) : !back.Contains(line.Intended!)).ToList();
        return
        [
            .. all.Any(line => line.Kind != DifferenceKind.Extra && back.Contains(line.Intended!)) ? back : [],
            .. open.Where(line => line.Kind == DifferenceKind.Extra).Reverse().SelectMany(Removed),
            .. open.Where(line => line.Kind != DifferenceKind.Extra).SelectMany(line => line.Placed(line.Intended!)),
        ];

        IEnumerable<string> Removed(DifferentLine line) =>
            line.Actual == CommandBlocks.ForceSignalingPeer && there.Node.Of("interop").Any(interop => interop.Children.Any(inner => inner.Meaning == line.Actual))
                ? ["interop", $"no {line.Actual}"]
                : line.Placed($"no {line.Actual}");
    }

    private bool GoesWithOpener(string line) => payload.Lines.Contains(line) && !payload.Back.Contains($"no {line}");

    private bool IsAfter(ElementCli cli, Adjacency there) =>
        there.IsActive == payload.Active
        && cli.Compare(payload.Name, payload.After, there) is { HoldsAllIntended: true } difference
        && !difference.Extras.Any(line => payload.Gone?.Lines.Contains(line.Actual!) == true);

    private bool IsBefore(ElementCli cli, Adjacency there) =>
        there.IsActive == payload.Active
        && cli.Compare(payload.Name, payload.Before, there) is { HoldsAllIntended: true } difference
        && !difference.Extras.Any(line => _added.Contains(line.Actual));

    /// <summary>The description that was written is a further line of the adjacency from now on, beside those that the plan showed.</summary>
    private IReadOnlyDictionary<string, string>? Facts(ElementCli cli, Adjacency there) => payload.Description is not { } description ? null : ExtraLines.Fact(
        payload.Name,
        [
            .. description.Extras,
            .. cli.Compare(payload.Name, [.. payload.After.Where(line => line != description.Line)], there).Extras.Where(line => line.Actual == description.Line).Select(line => line.ToString()),
        ]);

    private StepResult Proven(string what, IReadOnlyList<string> notes, IReadOnlyDictionary<string, string>? facts = null) =>
        StepResult.Done($"Adjacency {payload.Name} {what} and is {State(payload.Active)}.{Notes.Of(notes)}", facts);

    private StepResult Missing() =>
        StepResult.Failed("adjacency-missing", $"Adjacency {payload.Name} is not there. Nothing was sent.", "Somebody removed it since the plan was made: make a new plan.");

    private StepResult Differs() => StepResult.Failed(
        "adjacency-differs-after-change",
        $"The Perimeta took the lines, but adjacency {payload.Name} read back is not what was sent.",
        "Look at the device, then undo or retry.");

    private static string State(bool active) => active ? "active" : "inactive";
}

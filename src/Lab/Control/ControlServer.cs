namespace TrunkBot.Lab.Control;
public static class ControlServer { public const string PartName = "control"; public static LabPart Part { get; } = new(PartName, (_, _) => throw new NotSupportedException()); }

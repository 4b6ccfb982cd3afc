using System.Text;
using TrunkBot.Changes.Plans;
using TrunkBot.Metaswitch.Planning;

namespace TrunkBot.Metaswitch.Tests.Planning;

/// <summary>What people upload: an export or a paste from MetaView Explorer, and what is no such thing.</summary>
public sealed class WorksheetProofTests
{
    private static readonly Worksheet Trunk = Worksheets.SipTrunk(Given.Intent with { TrunkGroup = "412" });
    private static readonly Worksheet Model = Worksheets.MediaGatewayModel(Given.Intent, Given.Site().Metaswitch);

    private static string States(WorksheetProof proof) => string.Join(' ', proof.Rows.Select(r => r.State));

    [Theory]
    [InlineData("SIP trunk name: TwilioTrunk\r\nConfigured SIP binding: TwilioBinding\r\nTrunk group number: 412\r\nStatus: Enabled\r\n")]
    [InlineData("sip trunk name\tTwilioTrunk\nConfigured SIP binding\tTwilioBinding\tTrunkGroup\nTrunk group number\t\t412\nStatus\tActive\n")]
    [InlineData("Label,Value\n\"SIP trunk name\",\"TwilioTrunk\"\nConfigured SIP binding,TwilioBinding\n\"Trunk group number\", 412 \nStatus,enabled")]
    [InlineData("Label;Value\rSIP trunk name;TwilioTrunk\rConfigured SIP binding;\"TwilioBinding\"\rTrunk group number;412\rStatus;Enabled")]
    [InlineData("\uFEFFSIPTrunkName: twiliotrunk\nSomething else: 7\n\nno pair at all\nConfiguredSIPBinding: TwilioBinding\nTrunk-group number : 412\nStatus: Enabled")]
    public void An_export_in_any_of_the_forms_shows_the_whole_sheet(string text)
    {
        var proof = WorksheetProof.Read(Trunk, text);

        Assert.Equal("Shown Shown Shown LeftToSite Shown", States(proof));
        Assert.True(proof.IsWhole);
        Assert.False(proof.Contradicts);
        Assert.Null(proof.Trouble);
    }

    [Fact]
    public void What_differs_and_what_is_not_in_the_file_are_told_apart()
    {
        var proof = WorksheetProof.Read(Trunk, "SIP trunk name: TwilioTrunk\nTrunk group number: 413\nCall directions, billing, other rows: both");

        Assert.Equal(
            [
                new("SIP trunk name", "TwilioTrunk", "TwilioTrunk", ProofState.Shown),
                new("Configured SIP binding", "TwilioBinding", null, ProofState.NotInFile),
                new("Trunk group number", "412", "413", ProofState.Differs),
                new("Call directions, billing, other rows", "as in the site's usual SIP trunk", "both", ProofState.LeftToSite),
                new ProofRow("Status", "enable after the binding is green", null, ProofState.NotInFile),
            ],
            proof.Rows);
        Assert.False(proof.IsWhole);
        Assert.True(proof.Contradicts);
    }

    [Theory]
    [InlineData("Use E164 numbers: True", ProofState.Shown)]
    [InlineData("Fix bits (SIP) → Use E164 numbers,ticked", ProofState.Shown)]
    [InlineData("Use E164 numbers\tyes", ProofState.Shown)]
    [InlineData("Use E164 numbers: False", ProofState.Differs)]
    [InlineData("Use E164 numbers:", ProofState.Differs)]
    [InlineData("Do not use E164 numbers: True", ProofState.NotInFile)]
    [InlineData("Use E164 numbers", ProofState.NotInFile)]
    public void A_fix_bit_counts_however_the_tool_spells_ticked(string line, ProofState state) =>
        Assert.Equal(state, WorksheetProof.Read(Model, $"Model name: Twilio\n{line}\n").Rows[1].State);

    [Theory]
    [InlineData("Trunk group number: true")]
    [InlineData("Trunk group number: 01")]
    [InlineData("Trunk group number: 1\nTrunk group number: 2")]
    [InlineData("Trunk group number: 1 or 2")]
    [InlineData("Trunk group number: \u200b1")]
    [InlineData("Trunk group number: \u0661")]
    public void A_number_is_that_number_and_nothing_else(string text) =>
        Assert.True(WorksheetProof.Read(Worksheets.TrunkGroup(Given.Intent with { TrunkGroup = "1" }, null), text).Contradicts);

    [Fact]
    public void A_file_of_two_objects_shows_neither()
    {
        var proof = WorksheetProof.Read(Trunk, "SIP trunk name: TwilioTrunk\nConfigured SIP binding: TwilioBinding\n\nSIP trunk name: Other\nConfigured SIP binding: TwilioBinding\n");

        Assert.Equal("Differs Shown NotInFile LeftToSite NotInFile", States(proof));
        Assert.Equal("TwilioTrunk / Other", proof.Rows[0].Found);
    }

    [Fact]
    public void Hostile_values_are_shown_cleaned_and_cut()
    {
        var rows = WorksheetProof.Read(Trunk, $"SIP trunk name: Twilio\u202Eknurt\u0007 <at>all</at>\nConfigured SIP binding: {new string('x', 5000)}\n").Rows;

        Assert.Equal("Twilio?knurt? <at>all</at>", rows[0].Found);
        Assert.Equal(new string('x', 100) + "…", rows[1].Found);
        Assert.Equal((ProofState.Differs, ProofState.Differs), (rows[0].State, rows[1].State));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\"SIP trunk name,TwilioTrunk")]
    [InlineData("\"SIP trunk name\"x,TwilioTrunk")]
    [InlineData(":::::\n,,,,\n;;;;\n\t\t\t\n\"\"\"\"")]
    [InlineData("TwilioTrunk: SIP trunk name")]
    public void What_names_no_label_shows_nothing(string text)
    {
        var proof = WorksheetProof.Read(Worksheets.TrunkGroup(Given.Intent, null), text);

        Assert.False(proof.IsWhole);
        Assert.All(proof.Rows, r => Assert.NotEqual(ProofState.Differs, r.State));
    }

    [Fact]
    public void Encodings_are_told_by_their_byte_order_mark()
    {
        const string text = "Model name: Twilio\r\nUse E164 numbers: True\r\n";

        Assert.Equal("Shown Shown LeftToSite", States(WorksheetProof.Read(Model, [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)])));
        Assert.Equal("Shown Shown LeftToSite", States(WorksheetProof.Read(Model, [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(text)])));
        Assert.Equal("Shown Shown LeftToSite", States(WorksheetProof.Read(Model, [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)])));
        Assert.Equal("Shown Shown LeftToSite", States(WorksheetProof.Read(Model, [.. Encoding.ASCII.GetBytes(text), 0xFF, 0xFE, 0x80])));
        Assert.Equal("The file is no text. Export as text or CSV.", WorksheetProof.Read(Model, Encoding.Unicode.GetBytes(text)).Trouble);
    }

    [Fact]
    public void A_file_that_is_too_long_is_not_read()
    {
        var most = new byte[256 * 1024];
        Array.Fill(most, (byte)' ');
        "Model name: Twilio\n"u8.CopyTo(most);

        Assert.Equal(ProofState.Shown, WorksheetProof.Read(Model, most).Rows[0].State);
        var more = WorksheetProof.Read(Model, [.. most, (byte)' ']);
        Assert.Equal("The file is 257 KiB long; at most 256 KiB are read. Export only the object of this step.", more.Trouble);
        Assert.False(more.IsWhole);
        Assert.All(more.Rows, r => Assert.Equal(ProofState.NotInFile, r.State));
        Assert.NotNull(WorksheetProof.Read(Model, new string(' ', (256 * 1024) + 1)).Trouble);
    }

    [Theory]
    [InlineData(":")]
    [InlineData(",")]
    [InlineData("\"")]
    [InlineData("Model name:")]
    [InlineData("Model name: x\n")]
    [InlineData("\"\",")]
    [InlineData("\t")]
    public void A_file_full_of_separators_is_read_and_shows_nothing(string piece)
    {
        var proof = WorksheetProof.Read(Model, string.Concat(Enumerable.Repeat(piece, 256 * 1024 / piece.Length)));

        Assert.Null(proof.Trouble);
        Assert.DoesNotContain(proof.Rows, r => r.State == ProofState.Shown);
    }
}

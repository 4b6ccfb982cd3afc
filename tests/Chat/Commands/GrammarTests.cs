using CsCheck;
using TrunkBot.Changes;
using TrunkBot.Chat.Commands;
using TrunkBot.Tests.Support;

namespace TrunkBot.Chat.Tests.Commands;

/// <summary>What people type is read by the commands' own words, by other words for them, and by their beginnings; never more than that.</summary>
public sealed class GrammarTests : IDisposable
{
    private static readonly Actor Dana = new("dana", "Dana Diaz");

    private readonly TestEnvironment env = TestEnvironment.Create();
    private readonly IReadOnlyList<Command> commands;
    private readonly CommandGrammar grammar;

    public GrammarTests()
    {
        commands = env.Get<CommandTable>().Commands;
        grammar = new CommandGrammar(commands, Phrases.Every);
    }

    [Theory]
    [InlineData("how is acme-east?", "status|acme-east")]
    [InlineData("How is acme-east doing?", "status|acme-east")]
    [InlineData("how's acme-east", "status|acme-east")]
    [InlineData("how\u2019s \"acme east\"?", "status|acme east")]
    [InlineData("status of acme-east", "status|acme-east")]
    [InlineData("what is the status of acme-east?", "status|acme-east")]
    [InlineData("what's the status of trunk acme-east", "status|acme-east")]
    [InlineData("show me the health of acme-east", "status|acme-east")]
    [InlineData("is acme-east up?", "status|acme-east")]
    [InlineData("is the trunk acme-east still working ?", "status|acme-east")]
    [InlineData("is the down?", "status|the")]
    [InlineData("how are all the trunks?", "status")]
    [InlineData("how is everything?", "status")]
    [InlineData("status please", "status")]
    [InlineData("please status acme-east.", "status|acme-east")]
    [InlineData("show me all trunks", "list")]
    [InlineData("list trunks", "list")]
    [InlineData("which trunks do we have?", "list")]
    [InlineData("who am I?", "whoami")]
    [InlineData("can you test acme-east?", "test|acme-east")]
    [InlineData("could you please test acme-east", "test|acme-east")]
    [InlineData("run a test call through acme-east", "test|acme-east")]
    [InlineData("what's wrong with acme-east?", "diagnose|acme-east")]
    [InlineData("why is acme-east down?", "diagnose|acme-east")]
    [InlineData("check acme-east", "diagnose|acme-east")]
    [InlineData("create a trunk", "new trunk")]
    [InlineData("set up a new trunk, please", "new trunk")]
    [InlineData("I need a trunk", "new trunk")]
    [InlineData("i want to create a trunk", "new trunk")]
    [InlineData("which changes are open?", "changes")]
    [InlineData("show me the plan of 17", "plan|17")]
    [InlineData("what can you do?", "help")]
    [InlineData("please undo CHG-17", "undo|CHG-17")]
    [InlineData("stat acme-east", "status|acme-east")]
    [InlineData("ST acme-east", "status|acme-east")]
    [InlineData("n t", "new trunk")]
    [InlineData("di acme-east call", "diagnose|acme-east|call")]
    [InlineData("w", "whoami")]
    [InlineData("new trunk name=a?", "new trunk|name=a")]
    public void Is_read_as(string text, string meaning)
    {
        var reading = grammar.Read(text);

        Assert.Null(reading.Problem);
        Assert.Equal(meaning, string.Join('|', [reading.Command!.Name, .. reading.Arguments]));
    }

    [Theory]
    [InlineData("l", "\"l\" could be list or locks or language. Say more of it.")]
    [InlineData("t acme-east", "\"t\" could be test or tests or timezone. Say more of it.")]
    [InlineData("und 17", "Did you mean undo? It changes something, so say the whole word.")]
    [InlineData("unb slack:T1/U1", "Did you mean unbind? It changes something, so say the whole word.")]
    [InlineData("status \"acme-east", "A quote in \"\"acme-east\" is opened and not closed. Close it, or leave it out. (quote-open)")]
    [InlineData("undo the change", "Say it like this: undo CHG-n")]
    [InlineData("take back 17", "I don't know \"take back 17\". Say help for everything I can do.")]
    [InlineData("approve 17", "I don't know \"approve 17\". Say help for everything I can do.")]
    [InlineData("acme-east is up", "I don't know \"acme-east is up\". Say help for everything I can do.")]
    [InlineData("please", "I don't know \"please\". Say help for everything I can do.")]
    [InlineData("?", "I don't know \"?\". Say help for everything I can do.")]
    public void Is_not_read_but_answered(string text, string problem) => Assert.Equal(problem, grammar.Read(text).Problem);

    [Fact]
    public void Every_example_and_every_usage_of_help_is_read_as_its_command()
    {
        Assert.All(commands, c => Assert.Equal((c.Name, null), Read(c.Usage)));
        Assert.All(commands.Where(c => c.Example.Length > 0), c => Assert.Equal((c.Name, null), Read(c.Example)));
        Assert.All(commands.Where(c => c.Least > 0), c => Assert.True(c.Example.Length > 0, $"{c.Name} needs an example"));

        (string?, string?) Read(string text) => grammar.Read(text) is var reading ? (reading.Command?.Name, reading.Problem) : default;
    }

    [Fact]
    public void No_other_words_lead_to_a_command_that_acts_by_itself() => Assert.All(Phrases.Every.All, phrase =>
    {
        var command = commands.Where(c => phrase.Meant.StartsWith(c.Name, StringComparison.Ordinal)).MaxBy(c => c.Name.Length);
        Assert.NotNull(command);
        Assert.False(command.Acts, phrase.Said);
    });

    [Fact]
    public void No_words_at_all_make_the_grammar_fail_or_reach_a_command_that_acts_but_its_own() => ReadAny(sentences: 3_000);

    [LongFact]
    public void No_words_at_all_make_the_grammar_fail_or_reach_a_command_that_acts_but_its_own_however_many_are_tried() => ReadAny(sentences: 100_000);

    private void ReadAny(int sentences)
    {
        string[] words =
        [
            .. Phrases.Every.All.SelectMany(p => p.Said.Split(' ', '|', '[', ']')), .. commands.SelectMany(c => c.Usage.Split(' ')),
            .. Phrases.Every.Openings.SelectMany(p => p.Split(' ', '|', '[', ']')), "acme-east", "CHG-17", "17", "u", "un", "c", "\"", "?", "",
        ];
        var sentence = Gen.OneOf(Gen.String, Gen.Int[0, words.Length - 1].Select(i => words[i]).Array[0, 8].Select(w => string.Join(' ', w)));

        sentence.Sample(
            text =>
            {
                var reading = grammar.Read(text);
                Assert.True(reading.Command is not null || reading.Problem is not null);
                if (reading is { Command.Acts: true, Problem: null })
                {
                    var said = string.Join(' ', text.Replace("\"", "", StringComparison.Ordinal).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
                    Assert.Contains(reading.Command.Name, said, StringComparison.OrdinalIgnoreCase);
                }
            },
            iter: sentences);
    }

    [Theory]
    [InlineData("show me the all the new trunk is")]
    [InlineData("please")]
    [InlineData("please?")]
    [InlineData("\"")]
    public void A_long_text_of_fillers_is_answered(string filler) => Assert.NotNull(grammar.Read(string.Join(' ', Enumerable.Repeat(filler, 15_000))).Problem);

    [Theory]
    [InlineData("how is acme-east?")]
    [InlineData("create a trunk")]
    public async Task Other_words_do_not_swallow_the_answer_to_a_question(string text)
    {
        await env.SayAsync("new trunk", Dana, TestEnvironment.Chat);

        var said = (await env.SayAsync(text, Dana, TestEnvironment.Chat)).Select(m => m.Message.Text).OfType<string>().ToList();

        Assert.StartsWith("Trunk name: ", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_takes_abbreviations_too() => Assert.Equal(
        "unfollow NAME: hear of a trunk no more\nExample: unfollow acme-east", await env.ReplyToAsync("help unf"));

    public void Dispose() => env.Dispose();
}

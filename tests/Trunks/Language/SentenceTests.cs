using System.Text.Json;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Trunks.Tests.Language;

/// <summary>A sentence keeps its values apart, whatever stands in them, also in the store.</summary>
public sealed class SentenceTests
{
    private const string Hostile = "{0} {1} }{ \u001b[31m\n\"";

    private static readonly JsonSerializerOptions Contract = new() { Converters = { new EnglishSentences() } };

    private static string German(string template) => template switch
    {
        "edge {0} is silent" => "Edge {0} schweigt",
        "no answer" => "keine Antwort",
        "{0}: {1}." => "Zu {0}: {1}.",
        "loss {0:0.0} %" => "Verlust {0:0.0} %",
        "{{braces}} of {0}" => "{{Klammern}} von {0}",
        _ => template,
    };

    [Fact]
    public void English_is_what_an_interpolated_string_says()
    {
        Sentence sentence = $"edge {"ashburn"} is silent";
        Assert.Equal("edge ashburn is silent", sentence.ToString());
        Assert.Equal("edge {0} is silent", sentence.Template);
    }

    [Fact]
    public void Sentences_among_the_values_are_said_in_the_same_language()
    {
        Sentence why = "no answer";
        Sentence sentence = $"{"ashburn"}: {why}.";
        Assert.Equal("Zu ashburn: keine Antwort.", sentence.Write(German));
        Assert.Equal("ashburn: no answer.", sentence.ToString());
    }

    [Fact]
    public void Values_are_never_read_as_a_template()
    {
        Sentence sentence = $"edge {Hostile} is silent";
        Assert.Equal($"Edge {Hostile} schweigt", sentence.Write(German));
    }

    [Fact]
    public void Braces_of_the_text_stay_in_every_language()
    {
        Sentence valued = $"{{braces}} of {7}", plain = "{braces} alone";
        Assert.Equal(("{braces} of 7", "{Klammern} von 7"), (valued.ToString(), valued.Write(German)));
        Assert.Equal(("{braces} alone", "{braces} alone"), (plain.ToString(), plain.Template));
    }

    [Fact]
    public void Numbers_are_written_alike_whatever_the_machine_speaks()
    {
        var before = Thread.CurrentThread.CurrentCulture;
        try
        {
            Thread.CurrentThread.CurrentCulture = new("de-DE");
            Sentence sentence = $"loss {1.25:0.0} %";
            Assert.Equal("Verlust 1.3 %", sentence.Write(German));
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_value_that_ends_with_a_full_stop_takes_the_one_that_follows() =>
        Assert.Equal("a: It rang.", ((Sentence)$"{"a"}: {"It rang."}.").ToString());

    [Fact]
    public void Text_of_a_device_is_a_value_and_is_not_translated() =>
        Assert.Equal("no answer", ((Sentence)$"{"no answer"}").Write(German));

    [Fact]
    public void Template_and_values_come_back_from_the_store()
    {
        Sentence why = "no answer";
        Sentence sentence = $"{Hostile}: {why}.";
        var back = JsonSerializer.Deserialize<Sentence>(JsonSerializer.Serialize(sentence))!;
        Assert.Equal(sentence, back);
        Assert.Equal($"Zu {Hostile}: keine Antwort.", back.Write(German));
    }

    [Fact]
    public void Finished_text_of_an_older_store_is_read_and_written_back_as_it_was()
    {
        const string Stored = "\"Adjacency {x} of 7 is not there.\"";
        var old = JsonSerializer.Deserialize<Sentence>(Stored)!;
        Assert.Equal("Adjacency {x} of 7 is not there.", old.ToString());
        Assert.Equal(Stored, JsonSerializer.Serialize(old));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("{\"values\": []}")]
    [InlineData("{\"template\": 7}")]
    public void Other_JSON_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Sentence>(json));

    [Theory]
    [InlineData("{\"template\": \"{0} and {7} and {x} and {\", \"values\": [\"a\"]}", "a and  and  and {")]
    [InlineData("{\"template\": \"} {0\", \"values\": [\"a\"]}", "} {0")]
    public void A_template_that_somebody_damaged_is_still_shown(string json, string said) =>
        Assert.Equal(said, JsonSerializer.Deserialize<Sentence>(json)!.ToString());

    [Fact]
    public void A_contract_has_English_text() =>
        Assert.Equal("\"edge ashburn is silent\"", JsonSerializer.Serialize((Sentence)$"edge {"ashburn"} is silent", Contract));

    [Fact]
    public void What_may_not_be_shown_is_taken_out_of_values_at_any_depth()
    {
        Sentence inner = $"password {"hunter2"}";
        Sentence sentence = $"{"hunter2"}: {inner}";
        Assert.Equal("***: password ***", sentence.With(text => text.Replace("hunter2", "***", StringComparison.Ordinal)).ToString());
    }
}

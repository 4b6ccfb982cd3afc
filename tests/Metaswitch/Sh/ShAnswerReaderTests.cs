using System.Xml;
using TrunkBot.Metaswitch.Sh;

namespace TrunkBot.Metaswitch.Tests.Sh;

public sealed class ShAnswerReaderTests
{
    private const string Pulled =
        """
        <x:Envelope xmlns:x="http://schemas.xmlsoap.org/soap/envelope/"><x:Body><ShPullResponse xmlns="urn:any">
          <ResultCode>2001</ResultCode><ExtendedResult><ExtendedResultCode>100</ExtendedResultCode></ExtendedResult>
          <UserData><q:Sh-Data xmlns:q="urn:other"><q:RepositoryData>
            <q:ServiceIndication>Meta_ConfiguredSIPBinding_BaseInformation</q:ServiceIndication><q:SequenceNumber>41</q:SequenceNumber>
            <q:ServiceData><MetaSwitchData><Meta_ConfiguredSIPBinding_BaseInformation>
              <Name>TwilioBinding</Name>
              <Odd>a:b:c</Odd>
              <PollingInterval><UseDefault>False</UseDefault><Value>30</Value></PollingInterval>
              <NewSIPPassword>hunter2</NewSIPPassword>
            </Meta_ConfiguredSIPBinding_BaseInformation></MetaSwitchData></q:ServiceData>
          </q:RepositoryData></q:Sh-Data></UserData>
        </ShPullResponse></x:Body></x:Envelope>
        """;

    private static ShAnswer Read(string text) => ShAnswerReader.Read(text, 200, new MetaswitchOptions());

    [Fact]
    public void A_pull_is_read_by_local_name_whatever_the_prefixes()
    {
        var answer = Read(Pulled);

        Assert.Equal(ShOutcome.Success, answer.Outcome);
        Assert.Equal(41, answer.Data!.SequenceNumber);
        Assert.Equal("TwilioBinding", answer.Data["Name"]);
        Assert.Equal("a:b:c", answer.Data["Odd"]);
        Assert.Equal("30", answer.Data["PollingInterval"]);
        Assert.Null(answer.Data["NotThere"]);
    }

    [Fact]
    public void A_password_that_comes_back_is_blanked() => Assert.Equal("***", Read(Pulled).Data!["NewSIPPassword"]);

    [Theory]
    [InlineData("<ShPullResponse><ResultCode>5001</ResultCode></ShPullResponse>")]
    [InlineData("<ShPullResponse><ResultCode>2001</ResultCode></ShPullResponse>")]
    [InlineData("<ShUpdateResponse><ResultCode>5001</ResultCode></ShUpdateResponse>")]
    public void Nothing_there_is_absent(string text) => Assert.Equal(ShOutcome.Absent, Read(text).Outcome);

    [Fact]
    public void An_update_without_data_is_a_success() =>
        Assert.Equal(ShOutcome.Success, Read("<ShUpdateResponse><ResultCode>2001</ResultCode></ShUpdateResponse>").Outcome);

    [Fact]
    public void A_failed_pull_is_not_taken_as_absent()
    {
        var answer = Read("<ShPullResponse><ResultCode>5999</ResultCode></ShPullResponse>");

        Assert.Equal(ShOutcome.Refused, answer.Outcome);
        Assert.Equal(5999, answer.ResultCode);
    }

    [Fact]
    public void A_configured_code_is_a_stale_sequence() =>
        Assert.Equal(ShOutcome.StaleSequence, Read("<ShUpdateResponse><ResultCode>5105</ResultCode></ShUpdateResponse>").Outcome);

    [Theory]
    [InlineData("u:Sh-Data/u:RepositoryData/s:MetaSwitchData/s:Meta_X/s:MediaGatewayModel", "MediaGatewayModel")]
    [InlineData("u:Sh-Data/s:Meta_X/s:PollingInterval/s:Value", "PollingInterval")]
    [InlineData("Meta_X/ProxyIPAddress", "ProxyIPAddress")]
    [InlineData("", null)]
    public void A_sub_result_names_its_field(string source, string? field)
    {
        var answer = Read(
            $"""
            <ShUpdateResponse><ResultCode>5999</ResultCode><ExtendedResult>
              <ExtendedResultCode>9001</ExtendedResultCode><ExtendedResultDetail>request
              refused</ExtendedResultDetail>
              <ExtendedSubResults><SubResult><SubResultCode>9002</SubResultCode><SubResultDetail>no such model</SubResultDetail>
              <SubResultSource>{source}</SubResultSource></SubResult></ExtendedSubResults>
            </ExtendedResult></ShUpdateResponse>
            """);

        Assert.Equal("request refused", answer.Detail);
        Assert.Equal([new ShSubResult(9002, "no such model", field)], answer.SubResults);
    }

    [Fact]
    public void A_fault_keeps_its_words_on_one_line()
    {
        var answer = ShAnswerReader.Read("<Fault><faultstring>bad\n version</faultstring></Fault>", 500, new MetaswitchOptions());

        Assert.Equal(ShOutcome.Fault, answer.Outcome);
        Assert.Equal("bad version", answer.Detail);
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><ShPullResponse><ResultCode>&x;</ResultCode></ShPullResponse>")]
    [InlineData("<ShPullResponse><ResultCode>2001</ResultCode>")]
    [InlineData("<html><body>hello</body></html>")]
    [InlineData("<ShPullResponse/>")]
    [InlineData("")]
    public void What_is_no_answer_is_refused(string text) => Assert.Throws<XmlException>(() => Read(text));

    [Fact]
    public void Passwords_are_blanked_in_kept_text() => Assert.Equal(
        "<a newPassword=\"***\"><b>keep</b><SIPPassword>***</SIPPassword></a>",
        ShRedaction.Redact("<a newPassword=\"x\"><b>keep</b><SIPPassword>hunter2<i>deep</i></SIPPassword></a>"));

    [Fact]
    public void Broken_text_that_speaks_of_a_password_is_withheld() => Assert.Equal(
        "(27 characters that are not XML, withheld because they speak of a password)",
        ShRedaction.Redact("<SIPPassword>hunter2</SIPPa"));
}

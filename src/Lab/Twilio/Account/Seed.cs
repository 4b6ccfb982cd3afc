using System.Text.Json.Nodes;

namespace TrunkBot.Lab.Twilio.Account;

/// <summary>What the account holds at first start: enough of somebody else's property to show that nobody touches it.</summary>
internal static class Seed
{
    /// <summary>A termination domain that another account holds: asking for it gives 21248.</summary>
    public const string TakenDomain = "taken.pstn.twilio.com";

    public static void Into(ResourceStore store, string accountSid)
    {
        if (store.Find(Kind.Account, accountSid) is not null)
        {
            return;
        }

        store.Add(Kind.Account, null, new JsonObject
        {
            ["friendly_name"] = "TrunkBot lab account (simulated)", ["status"] = "active", ["type"] = "Full", ["balance"] = "20.00", ["currency"] = "USD", ["advanced_features"] = true,
        }, accountSid);
        store.Add(Kind.ForeignDomain, null, new JsonObject { ["domain_name"] = TakenDomain });

        var list = store.Add(Kind.AccessControlList, null, new JsonObject { ["friendly_name"] = "Head office PBX" });
        store.Add(Kind.Address, list.Sid, new JsonObject
        {
            ["friendly_name"] = "PBX outside address", ["ip_address"] = "198.51.100.7", ["cidr_prefix_length"] = 32,
        });
        var trunk = store.Add(Kind.Trunk, null, NewTrunk());
        trunk.Fields["friendly_name"] = "Head office PBX (do not touch)";
        trunk.Fields["domain_name"] = "headoffice.pstn.twilio.com";
        store.Save(trunk);
        store.Associate(trunk.Sid, list.Sid);
        store.Add(Kind.OriginationUrl, trunk.Sid, new JsonObject
        {
            ["friendly_name"] = "PBX", ["sip_url"] = "sip:198.51.100.7", ["priority"] = 10, ["weight"] = 10, ["enabled"] = true,
        });
        Number("+13035550123", "Head office main line", trunk.Sid, "");
        Number("+13035550188", "Spare line with a greeting", null, "https://voice.example.com/greeting");

        void Number(string number, string name, string? on, string voiceUrl) => store.Add(Kind.Number, null, new JsonObject
        {
            ["phone_number"] = number, ["friendly_name"] = name, ["trunk_sid"] = on, ["voice_url"] = voiceUrl, ["voice_method"] = "POST",
            ["voice_fallback_url"] = "", ["voice_fallback_method"] = "POST", ["voice_application_sid"] = null, ["voice_caller_id_lookup"] = false,
            ["voice_receive_mode"] = "voice", ["status_callback"] = "", ["status_callback_method"] = "POST",
            ["emergency_status"] = "Inactive", ["emergency_address_sid"] = null, ["emergency_address_status"] = "unregistered",
            ["capabilities"] = new JsonObject { ["voice"] = true, ["sms"] = true, ["mms"] = false },
            ["address_requirements"] = "none", ["beta"] = false, ["origin"] = "twilio", ["status"] = "in-use", ["type"] = "local", ["api_version"] = "2010-04-01",
        });
    }

    /// <summary>A fresh trunk: no domain, nothing secure (seen on a live account by a third party).</summary>
    public static JsonObject NewTrunk() => new()
    {
        ["friendly_name"] = null, ["domain_name"] = null, ["disaster_recovery_url"] = null, ["disaster_recovery_method"] = null,
        ["secure"] = false, ["cnam_lookup_enabled"] = false, ["transfer_mode"] = "disable-all", ["transfer_caller_id"] = "from-transferee",
        ["symmetric_rtp_enabled"] = false, ["recording"] = new JsonObject { ["mode"] = "do-not-record", ["trim"] = "do-not-trim" },
    };
}

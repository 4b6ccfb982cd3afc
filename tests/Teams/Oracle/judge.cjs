// Reads {now, appId, issuer, channelMetadata, entraMetadata, rows: [{name, authorization, activity}]} from standard input
// and writes {name: "taken" | "refused: ..."} as botbuilder judges. Its clock stands at `now`.
'use strict';
const { ConfigurationBotFrameworkAuthentication } = require('botbuilder');

const given = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
Date.now = () => given.now;
console.error = () => {};

const authentication = new ConfigurationBotFrameworkAuthentication({
  MicrosoftAppId: given.appId,
  MicrosoftAppPassword: 'not used',
  MicrosoftAppType: 'MultiTenant',
  ToBotFromChannelOpenIdMetadataUrl: given.channelMetadata,
  ToBotFromEmulatorOpenIdMetadataUrl: given.entraMetadata,
  ToBotFromChannelTokenIssuer: given.issuer,
  ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
  ToChannelFromBotOAuthScope: 'https://api.botframework.com',
  OAuthUrl: 'https://api.botframework.com',
  CallerId: 'urn:botframework:azure',
  ValidateAuthority: 'true',
});

(async () => {
  const verdicts = {};
  for (const row of given.rows) {
    try {
      const result = await authentication.authenticateRequest(row.activity, row.authorization ?? '');
      verdicts[row.name] = result.claimsIdentity.isAuthenticated ? 'taken' : 'refused: not authenticated';
    } catch (e) {
      verdicts[row.name] = `refused: ${e.message}`;
    }
  }
  process.stdout.write(JSON.stringify(verdicts));
})();

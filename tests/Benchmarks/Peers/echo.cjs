// The smallest bot on Microsoft's own library: checks the token of each request and answers each message with one message.
'use strict';
const http = require('node:http');
const { CloudAdapter, ConfigurationBotFrameworkAuthentication, ConfigurationServiceClientCredentialFactory } = require('botbuilder');

// Outbound tokens are the same constant for both programs: what is compared is what comes in.
class Constant extends ConfigurationServiceClientCredentialFactory {
  async createCredentials() {
    return { signRequest: async (request) => { request.headers.set('authorization', 'Bearer benchmark'); return request; } };
  }
}

const settings = {
  MicrosoftAppId: process.env.APP_ID,
  MicrosoftAppPassword: 'benchmark',
  MicrosoftAppType: 'MultiTenant',
  ToBotFromChannelOpenIdMetadataUrl: process.env.METADATA,
  ToBotFromEmulatorOpenIdMetadataUrl: process.env.METADATA,
  ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
  ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
  ToChannelFromBotOAuthScope: 'https://api.botframework.com',
  OAuthUrl: 'https://api.botframework.com',
  CallerId: 'urn:botframework:azure',
  ValidateAuthority: 'true',
};
const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication(settings, new Constant(settings)));
adapter.onTurnError = async (context, error) => { console.error(error.stack); };

http.createServer((request, response) => {
  if (request.url === '/healthz') {
    response.end('ok');
    return;
  }

  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', async () => {
    request.body = JSON.parse(body);
    response.status = (code) => { response.statusCode = code; return response; };
    response.send = (text) => { response.end(text === undefined ? '' : typeof text === 'string' ? text : JSON.stringify(text)); return response; };
    response.header = (name, value) => { response.setHeader(name, value); return response; };
    try {
      await adapter.process(request, response, async (context) => { await context.sendActivity(`You said: ${context.activity.text}`); });
    } catch (error) {
      console.error(error.stack);
      response.statusCode = 500;
      response.end();
    }
  });
}).listen(Number(process.env.PORT), '127.0.0.1');

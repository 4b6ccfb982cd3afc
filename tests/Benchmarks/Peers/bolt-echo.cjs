// The smallest app on Slack's own framework: checks the signature of each request and answers each message with one message.
'use strict';
const { App, LogLevel } = require('@slack/bolt');

const app = new App({
  token: 'xoxb-benchmark',
  signingSecret: process.env.SIGNING_SECRET,
  clientOptions: { slackApiUrl: process.env.API },
  logLevel: LogLevel.ERROR,
  customRoutes: [{ path: '/healthz', method: ['GET'], handler: (request, response) => response.end('ok') }],
});
app.message(async ({ message, client }) => { await client.chat.postMessage({ channel: message.channel, text: `You said: ${message.text}` }); });
app.start({ port: Number(process.env.PORT), host: '127.0.0.1' });

// Reads {url, token, calls: [{method, arguments}], file: {name, text, channel, thread, comment}} from standard input, makes the
// calls with Slack's own client, and writes its answers, one for each call and one for the file. What the client itself could not do is {failed: "..."}.
'use strict';
const { WebClient, LogLevel } = require('@slack/web-api');

const given = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const client = new WebClient(given.token, { slackApiUrl: given.url, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, logLevel: LogLevel.ERROR });

async function attempt(work) {
  try {
    return await work();
  } catch (e) {
    return { failed: e.data?.error ?? e.message, code: e.code, retryAfter: e.retryAfter };
  }
}

(async () => {
  const answers = [];
  for (const call of given.calls) {
    answers.push(await attempt(() => client.apiCall(call.method, call.arguments)));
  }
  answers.push(await attempt(() => client.filesUploadV2({
    channel_id: given.file.channel,
    thread_ts: given.file.thread,
    initial_comment: given.file.comment,
    filename: given.file.name,
    title: given.file.name,
    file: Buffer.from(given.file.text, 'utf8'),
  })));
  process.stdout.write(JSON.stringify(answers));
})();

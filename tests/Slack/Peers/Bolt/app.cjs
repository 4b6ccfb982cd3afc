// A reference app on Slack's own framework. It does by Bolt's documentation what the bot does by Slack's, so that one script can drive both.
// Usage: node app.cjs http|socket <signing secret> <base of the Web API>. Says {"port":n} when it is ready (0 in Socket Mode); ends when its input does.
const { App, LogLevel } = require('@slack/bolt');

const [, , mode, signingSecret, slackApiUrl] = process.argv;
const app = new App({
  token: 'xoxb-1',
  signingSecret,
  clientOptions: { slackApiUrl },
  logLevel: LogLevel.ERROR,
  ...(mode === 'socket' ? { socketMode: true, appToken: 'xapp-1' } : {}),
});

const plain = (text) => ({ type: 'plain_text', text });
const form = (step) => ({
  type: 'modal',
  callback_id: 'form',
  title: plain('New trunk'),
  submit: plain('Next'),
  close: plain('Cancel'),
  private_metadata: JSON.stringify({ step }),
  blocks: [{ type: 'input', block_id: `name#${step}`, label: plain('name'), element: { type: 'plain_text_input', action_id: 'name' } }],
});

app.event('app_mention', ({ event, client }) => client.chat.postMessage({ channel: event.channel, thread_ts: event.thread_ts ?? event.ts, text: 'heard' }));
app.message(async ({ message, client }) => {
  if (message.subtype === undefined && message.channel_type === 'im') {
    await client.chat.postMessage({ channel: message.channel, text: 'heard' });
  }
});
app.event('app_home_opened', async ({ event, client }) => {
  if (event.tab === 'home') {
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [] } });
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [] } });
  }
});
app.command('/trunk', async ({ command, ack, client }) => {
  await ack();
  await (command.text.startsWith('new')
    ? client.views.open({ trigger_id: command.trigger_id, view: form(1) })
    : client.chat.postMessage({ channel: command.channel_id, text: 'heard' }));
});
app.action('approve', async ({ ack, respond }) => {
  await ack();
  await respond({ response_type: 'ephemeral', replace_original: false, text: 'CHG-17 is approved.' });
});
app.view('form', async ({ ack, view }) => {
  const name = view.state.values['name#1'].name.value;
  await (name === 'taken' ? ack({ response_action: 'errors', errors: { 'name#1': 'taken' } })
    : name === 'next' ? ack({ response_action: 'update', view: form(2) })
    : ack({ response_action: 'clear' }));
});
app.shortcut({ type: 'shortcut', callback_id: 'new-trunk' }, async ({ shortcut, ack, client }) => {
  await ack();
  await client.views.open({ trigger_id: shortcut.trigger_id, view: form(1) });
});
app.shortcut({ type: 'message_action', callback_id: 'diagnose-from' }, async ({ shortcut, ack, client }) => {
  await ack();
  await client.chat.postMessage({ channel: shortcut.channel.id, thread_ts: shortcut.message_ts, text: 'heard' });
});

(async () => {
  const server = await app.start(mode === 'socket' ? undefined : { port: 0, host: '127.0.0.1' });
  process.stdout.write(`${JSON.stringify({ port: mode === 'socket' ? 0 : server.address().port })}\n`);
  process.stdin.resume().on('end', () => process.exit(0));
})();

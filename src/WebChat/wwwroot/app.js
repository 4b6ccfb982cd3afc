// The page: who one is, two conversations as tabs, and the stream that keeps them as they are on the server.

import { ApiError, pressButton, readMessages, readSession, writeMessage } from './api.js';
import { Composer } from './composer.js';
import { EventFeed } from './events.js';
import { Log } from './log.js';
import { toast } from './toasts.js';

const byId = id => document.getElementById(id);
const [banner, who, tabs, panels, lost, connection, starters, announcer] =
  ['banner', 'who', 'tabs', 'panels', 'lost', 'connection', 'starters', 'announcer'].map(byId);
const STARTERS = ['help', 'new trunk', 'status'];

let session;
let me;
let active;
let feed = null;
let rooms = new Map();

const composer = new Composer(text => {
  // Who says it and where is settled now, not when its turn comes.
  const [speaker, room] = [me.id, active];
  return async () => {
    try {
      await writeMessage(speaker, room, text);
      return true;
    } catch (error) {
      report(error);
      return false;
    }
  };
});

function report(error) {
  if (!(error instanceof ApiError)) {
    throw error;
  }

  toast(error.message, error.code);
}

async function start() {
  session = await readSession();
  banner.textContent = session.banner;
  who.replaceChildren(...session.users.map(user => new Option(`${user.name} (${user.role})`, user.id)));
  who.addEventListener('change', () => become(who.value));
  starters.replaceChildren(...STARTERS.map(text => {
    const chip = document.createElement('button');
    chip.type = 'button';
    chip.textContent = text;
    chip.addEventListener('click', () => composer.say(text));
    return chip;
  }));
  document.addEventListener('visibilitychange', () => { if (!document.hidden) { seen(active); } });
  await become(new URLSearchParams(location.search).get('as'));
}

async function become(id, conversation = null) {
  me = session.users.find(user => user.id === id) ?? session.users[0];
  who.value = me.id;
  history.replaceState(null, '', `?as=${encodeURIComponent(me.id)}`);
  const conversations = [{ id: me.personalConversationId, name: 'My chat' }, ...session.conversations];
  rooms = new Map(conversations.map(conversation => [conversation.id, roomOf(conversation)]));
  tabs.replaceChildren(...[...rooms.values()].map(room => room.tab));
  panels.replaceChildren(...[...rooms.values()].map(room => room.panel));
  open(rooms.has(conversation) ? conversation : me.personalConversationId);
  await load();
}

function roomOf({ id, name }) {
  const log = new Log(me.id, (messageId, verb, data) => pressButton(me.id, id, messageId, verb, data).catch(report));
  log.label = name;
  const badge = document.createElement('span');
  badge.className = 'badge';
  badge.hidden = true;
  const tab = document.createElement('button');
  tab.type = 'button';
  tab.id = `tab-${id}`;
  tab.setAttribute('role', 'tab');
  tab.setAttribute('aria-controls', `panel-${id}`);
  tab.append(name, badge);
  tab.addEventListener('click', () => open(id));
  tab.addEventListener('keydown', event => {
    const ids = [...rooms.keys()];
    const at = { ArrowRight: ids.indexOf(id) + 1, ArrowLeft: ids.indexOf(id) - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (at !== undefined) {
      event.preventDefault();
      const next = ids[(at + ids.length) % ids.length];
      open(next);
      rooms.get(next).tab.focus();
    }
  });
  const panel = log.element;
  panel.id = `panel-${id}`;
  panel.setAttribute('role', 'tabpanel');
  panel.setAttribute('aria-labelledby', tab.id);
  return { id, name, log, tab, badge, panel, unread: 0, summaries: new Map() };
}

function open(id) {
  active = id;
  for (const room of rooms.values()) {
    const isActive = room.id === id;
    room.tab.setAttribute('aria-selected', String(isActive));
    room.tab.tabIndex = isActive ? 0 : -1;
    room.panel.hidden = !isActive;
  }

  rooms.get(id).log.scrollToEnd();
  seen(id);
  drawStarters();
}

const drawStarters = () => { starters.hidden = !(active === me.personalConversationId && rooms.get(active).log.isEmpty); };

function seen(id) {
  if (rooms.has(id)) {
    rooms.get(id).unread = 0;
    drawUnread();
  }
}

function drawUnread() {
  let all = 0;
  for (const { badge, unread } of rooms.values()) {
    all += unread;
    badge.hidden = unread === 0;
    badge.textContent = String(unread);
    badge.setAttribute('aria-label', `${unread} unread`);
  }

  document.title = all > 0 ? `(${all}) TrunkBot` : 'TrunkBot';
}

async function load() {
  feed?.close();
  feed = null;
  const mine = me;
  try {
    const read = await Promise.all([...rooms.keys()].map(id => readMessages(mine.id, id)));
    if (mine !== me) {
      return;
    }

    read.flatMap(r => r.messages).forEach(message => {
      const room = rooms.get(message.conversationId);
      room.log.show(message);
      room.summaries.set(message.id, message.summary);
    });
    drawStarters();
    rooms.get(active).log.scrollToEnd();
    feed = new EventFeed(mine.id, Math.min(...read.map(r => r.revision)), { change, reset, connected, lost: disconnected });
  } catch (error) {
    disconnected();
    setTimeout(() => { if (mine === me) { load(); } }, 1_500);
    if (!(error instanceof ApiError)) {
      throw error;
    }
  }
}

// The server was started anew and has forgotten what was said: what stands here is no longer true.
const reset = () => become(me.id, active);

function change(kind, message) {
  const room = rooms.get(message.conversationId);
  if (!room) {
    return;
  }

  room.log.show(message);
  const isNew = kind === 'created' || kind === 'private';
  if (kind === 'private' && message.from.id !== me.id) {
    toast(message.text ?? message.summary ?? '', message.code);
  } else if (kind === 'updated' && message.summary && message.summary !== room.summaries.get(message.id)) {
    announcer.textContent = message.summary;
  }

  room.summaries.set(message.id, message.summary);
  if (isNew && message.from.id !== me.id && (room.id !== active || document.hidden)) {
    room.unread++;
    drawUnread();
  }

  drawStarters();
}

function connected() {
  lost.hidden = true;
  connection.textContent = 'Connected';
  connection.dataset.state = 'up';
}

function disconnected() {
  lost.hidden = false;
  connection.textContent = 'Not connected';
  connection.dataset.state = 'down';
}

start().catch(error => {
  disconnected();
  toast(error.message, error.code ?? 'page-failed');
  setTimeout(() => location.reload(), 3_000);
});

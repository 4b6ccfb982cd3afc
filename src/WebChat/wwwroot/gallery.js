// The gallery: every message of the bot in both faces, side by side.

import { CardView } from './cards.js';
import { draw } from './lib/blockkit.min.js';

const ORDER = ['help', 'form-open', 'new-trunk-form', 'reading', 'plan', 'approval', 'reason-form', 'progress', 'decided', 'status', 'overview', 'list',
  'diagnose-form', 'diagnosis', 'test-call', 'insights', 'route', 'drift', 'adoption', 'fleet', 'chart', 'audit', 'message'];
const NAMES = { message: 'Notice', 'message refused': 'Refusal', 'approval others': 'Approval, as others see it', 'new-trunk-form': 'New trunk form, step 1 with an error' };
const dark = matchMedia('(prefers-color-scheme: dark)');

const make = (tag, className, text) => {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text ?? '';
  return element;
};

const rank = name => (ORDER.indexOf(name) + ORDER.length + 1) % (ORDER.length + 1);
const idOf = ({ name, variant }) => [name, variant].filter(Boolean).join('.');
const nameOf = ({ name, variant }) => {
  const known = NAMES[`${name} ${variant}`.trim()];
  const plain = name.replaceAll('-', ' ');
  return known ?? plain[0].toUpperCase() + plain.slice(1) + (variant ? `: ${variant.replaceAll('-', ' ')}` : '');
};

function face(label, className) {
  const box = make('div', `face ${className}`);
  const stage = make('div', 'stage');
  box.append(make('p', 'label', label), stage);
  return [box, stage];
}

function show(message) {
  const id = idOf(message);
  const section = make('section', 'message-pair');
  section.id = id;
  const title = make('h2', '', nameOf(message));
  title.id = `${id}-title`;
  section.setAttribute('aria-labelledby', title.id);
  const [teams, card] = face('Adaptive Card', 'adaptive');
  const [slack, blocks] = face('Block Kit', 'blockkit');
  const faces = make('div', 'faces');
  faces.append(teams, slack);
  section.append(title, faces);
  card.append(new CardView(message.card, async () => {}).element);
  const theme = () => dark.matches ? 'dark' : 'light';
  const redraw = draw(blocks, message.blocks, theme());
  dark.addEventListener('change', () => redraw(theme()));

  const entry = make('li', '');
  const link = make('a', '', nameOf(message));
  link.href = `#${id}`;
  entry.append(link);
  return [section, entry];
}

const main = document.getElementById('messages');
const query = new URLSearchParams(location.search);
main.lang = query.get('lang') === 'de' ? 'de' : 'en';
const answer = await fetch(`/webchat/api/gallery${location.search}`);
const messages = (await answer.json()).filter(m => !query.has('only') || query.get('only') === idOf(m)).sort((a, b) => rank(a.name) - rank(b.name));
for (const message of messages) {
  const [section, entry] = show(message);
  main.append(section);
  document.getElementById('contents').append(entry);
}

main.removeAttribute('aria-busy');

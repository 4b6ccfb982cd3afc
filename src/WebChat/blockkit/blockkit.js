// The Block Kit renderer that the gallery shows messages with: slack-blocks-to-jsx, on React.
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { Message } from 'slack-blocks-to-jsx';
import 'slack-blocks-to-jsx/dist/style.css';

// What Slack shows and this renderer does not by itself: plain text and cells of tables letter by letter (it takes times such as 12:00:05 for emoji),
// and the option that is chosen from the beginning. Labels it makes bold by markup of its own, so they stay as they are.
function asSlackShows(node, key) {
  if (Array.isArray(node)) {
    return node.map(item => asSlackShows(item));
  }

  if (node === null || typeof node !== 'object') {
    return node;
  }

  const shown = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, asSlackShows(value, name)]));
  switch (shown.type) {
    case 'plain_text':
      return key === 'label' ? shown : { ...shown, verbatim: true };
    case 'raw_text':
      return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: shown.text }] }] };
    case 'static_select':
      return { ...shown, placeholder: shown.initial_option?.text ?? shown.placeholder };
    default:
      return shown;
  }
}

// theme: 'light' or 'dark'. Returns what draws the same in another theme.
export function draw(element, blocks, theme) {
  const root = createRoot(element);
  const redraw = shown => flushSync(() => root.render(
    createElement(Message, { blocks: asSlackShows(blocks), theme: shown, name: 'TrunkBot', logo: '/webchat/icon.svg', withoutWrapper: true })));
  redraw(theme);
  return redraw;
}

// The part of Markdown that TextBlocks use: bold, italic, inline code, lists. Everything is escaped first, so no tag can come out
// that is not written here. A backslash makes the next punctuation literal: that is how values of others arrive.

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const LITERAL = /\\([\\`*_{}[\]()#+\-.!|<>~&"':/])/g;
const HIDDEN_BASE = 0xE000;

const escapeHtml = text => text.replace(/[&<>"']/g, c => ESCAPES[c]);

// Literal characters step into the private use area while the marks are looked for, and back afterwards.
const hide = text => text.replace(/[\uE000-\uE07F]/g, '\uFFFD').replace(LITERAL, (_, c) => String.fromCharCode(HIDDEN_BASE + c.charCodeAt(0)));
const show = html => html.replace(/[\uE000-\uE07F]/g, c => escapeHtml(String.fromCharCode(c.charCodeAt(0) - HIDDEN_BASE)));

function inline(text) {
  return text.split(/(`[^`\n]+`)/).map(part => part.length > 2 && part.startsWith('`') && part.endsWith('`')
    ? `<code>${escapeHtml(part.slice(1, -1))}</code>`
    : escapeHtml(part)
      .replace(/\*\*(?=\S)([^\n]*?\S)\*\*/g, '<strong>$1</strong>')
      .replace(/(^|[^\w*])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![\w*])/g, '$1<em>$2</em>')
      .replace(/(^|[^\w_])_(?=[^\s_])([^_\n]*?[^\s_])_(?!\w)/g, '$1<em>$2</em>')).join('');
}

export function toSafeHtml(text) {
  const blocks = [];
  let list = null;
  for (const line of hide(text).replace(/\r\n?/g, '\n').split('\n')) {
    const item = /^\s*(?:([-*+])|(\d{1,4})[.)])\s+(.*)$/.exec(line);
    if (item) {
      const tag = item[1] ? 'ul' : 'ol';
      if (list?.tag !== tag) {
        list = { tag, start: item[2], items: [] };
        blocks.push(list);
      }

      list.items.push(inline(item[3]));
    } else if (line.trim() === '') {
      list = null;
      blocks.push(null);
    } else {
      list = null;
      const last = blocks.at(-1);
      if (last?.lines) {
        last.lines.push(inline(line));
      } else {
        blocks.push({ lines: [inline(line)] });
      }
    }
  }

  return show(blocks.filter(Boolean).map(block => block.lines
    ? `<p>${block.lines.join('<br>')}</p>`
    : `<${block.tag}${block.start && block.start !== '1' ? ` start="${Number(block.start)}"` : ''}>${block.items.map(i => `<li>${i}</li>`).join('')}</${block.tag}>`).join(''));
}

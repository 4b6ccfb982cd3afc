// The messages of one conversation, in order, each drawn once and changed where it stands.

import { CardView } from './cards.js';

const element = (tag, className, text) => {
  const made = document.createElement(tag);
  made.className = className ?? '';
  if (text !== undefined) {
    made.textContent = text;
  }

  return made;
};

const initialsOf = name => name.split(/\s+/).map(w => w[0] ?? '').join('').slice(0, 2).toUpperCase();
const clock = text => new Date(text).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

function blobUrlOf(dataUrl) {
  const [, type, isBase64, data] = /^data:([^,]*?)(;base64)?,(.*)$/s.exec(dataUrl) ?? [];
  const bytes = isBase64 ? Uint8Array.from(atob(data), c => c.charCodeAt(0)) : new TextEncoder().encode(decodeURIComponent(data ?? ''));
  return { url: URL.createObjectURL(new Blob([bytes], { type: type || 'application/octet-stream' })), size: bytes.length };
}

const sizeOf = bytes => bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} kB`;

export class Log {
  #me;
  #press;
  #views = new Map();
  #list = element('div', 'log');
  #more = element('button', 'more', 'New messages below');
  element = element('section', 'panel');

  // press(messageId, verb, data): a promise.
  constructor(me, press) {
    this.#me = me;
    this.#press = press;
    this.#list.setAttribute('role', 'log');
    this.#list.setAttribute('aria-live', 'polite');
    this.#list.tabIndex = 0;
    this.#more.type = 'button';
    this.#more.hidden = true;
    this.#more.addEventListener('click', () => this.scrollToEnd());
    this.#list.addEventListener('scroll', () => {
      if (this.#isAtEnd()) {
        this.#more.hidden = true;
      }
    });
    this.element.append(this.#list, this.#more);
  }

  set label(text) {
    this.#list.setAttribute('aria-label', text);
  }

  get isEmpty() {
    return this.#views.size === 0;
  }

  show(message) {
    const wasAtEnd = this.#isAtEnd();
    const known = this.#views.get(message.id);
    if (message.isDeleted) {
      known?.root.remove();
      this.#views.delete(message.id);
      return;
    }

    if (known) {
      this.#fill(known, message);
    } else {
      const view = this.#draw(message);
      this.#views.set(message.id, view);
      this.#list.append(view.root);
    }

    if (wasAtEnd || message.from.id === this.#me) {
      this.scrollToEnd();
    } else if (!known) {
      this.#more.hidden = false;
    }
  }

  scrollToEnd() {
    this.#list.scrollTop = this.#list.scrollHeight;
    this.#more.hidden = true;
  }

  #isAtEnd() {
    return this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 60;
  }

  #draw(message) {
    const root = element('article', 'message');
    root.dataset.messageId = message.id;
    root.classList.toggle('mine', message.from.id === this.#me);
    root.classList.toggle('bot', message.from.isBot);
    root.classList.toggle('private', message.isPrivate);
    root.classList.toggle('refusal', message.code !== null);
    const avatar = element('span', 'avatar', initialsOf(message.from.name));
    avatar.setAttribute('aria-hidden', 'true');
    const body = element('div', 'body');
    const head = element('p', 'head');
    const time = element('time', '', clock(message.at));
    time.dateTime = message.at;
    const note = element('span', 'note');
    head.append(element('span', 'name', message.from.name), time, note);
    const content = element('div', 'content');
    const files = element('ul', 'files');
    body.append(head, content, files);
    root.append(avatar, body);
    const view = { root, note, content, files, card: null, text: null, urls: null };
    this.#fill(view, message);
    return view;
  }

  #fill(view, message) {
    view.root.classList.toggle('undelivered', message.isUndelivered);
    view.note.textContent = [
      message.isPrivate ? 'Only you see this' : '',
      message.code ?? '',
      message.editedAt ? `edited ${clock(message.editedAt)}` : '',
      message.isUndelivered ? 'Not delivered' : '',
    ].filter(Boolean).join(' · ');
    if (message.card) {
      if (view.card) {
        view.card.update(message.card);
      } else {
        view.card = new CardView(message.card, (verb, data) => this.#press(message.id, verb, data));
        // Edits of a card would be read out whole; the page announces their summary instead.
        view.card.element.setAttribute('aria-live', 'off');
        view.content.replaceChildren(view.card.element);
      }

      view.root.classList.add('with-card');
      view.root.setAttribute('aria-label', message.summary ?? 'Card');
    } else if (message.text !== view.text || view.card) {
      view.card = null;
      view.root.classList.remove('with-card');
      view.content.replaceChildren(element('p', 'text', message.text ?? ''));
    }

    view.text = message.text;
    this.#fillFiles(view, message.files, message.summary ?? message.text ?? '');
  }

  // what: describes pictures to those who do not see them.
  #fillFiles(view, files, what) {
    const urls = files.map(f => f.name + f.url).join('\n');
    if (urls === view.urls) {
      return;
    }

    view.urls = urls;
    for (const old of view.files.querySelectorAll('a')) {
      URL.revokeObjectURL(old.href);
    }

    view.files.hidden = files.length === 0;
    view.files.replaceChildren(...files.map(file => {
      const { url, size } = blobUrlOf(file.url);
      const link = element('a', '', file.name);
      link.href = url;
      link.download = file.name;
      link.append(element('span', 'size', sizeOf(size)));
      const item = element('li');
      item.append(link);
      if (/^data:image\/png[;,]/.test(file.url)) {
        const picture = element('img');
        picture.src = file.url;
        picture.alt = what || file.name;
        item.prepend(picture);
      }

      return item;
    }));
  }
}

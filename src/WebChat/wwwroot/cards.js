// Draws Adaptive Cards with the official renderer, and keeps what a reader did with a card when the bot edits it.

import { hostConfig } from './hostconfig.js';
import { toSafeHtml } from './markdown.js';

const AC = globalThis.AdaptiveCards;

AC.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = toSafeHtml(text);
  result.didProcess = true;
};

// Teams' extension: the reference renderer does not know it and would drop it.
class CodeBlock extends AC.CardElement {
  static codeSnippetProperty = new AC.StringProperty(AC.Versions.v1_0, 'codeSnippet');
  static languageProperty = new AC.StringProperty(AC.Versions.v1_0, 'language');
  static startLineNumberProperty = new AC.NumProperty(AC.Versions.v1_0, 'startLineNumber');

  getJsonTypeName() {
    return 'CodeBlock';
  }

  populateSchema(schema) {
    super.populateSchema(schema);
    schema.add(CodeBlock.codeSnippetProperty, CodeBlock.languageProperty, CodeBlock.startLineNumberProperty);
  }

  internalRender() {
    const block = document.createElement('pre');
    block.className = 'code';
    block.tabIndex = 0;
    block.setAttribute('role', 'region');
    block.setAttribute('aria-label', `Code, ${this.getValue(CodeBlock.languageProperty) ?? 'plain text'}`);
    const code = document.createElement('code');
    code.textContent = this.getValue(CodeBlock.codeSnippetProperty) ?? '';
    block.append(code);
    return block;
  }
}

AC.GlobalRegistry.elements.register('CodeBlock', CodeBlock, AC.Versions.v1_0);

function* objectsOf(node) {
  if (Array.isArray(node)) {
    for (const item of node) {
      yield* objectsOf(item);
    }
  } else if (node && typeof node === 'object') {
    yield node;
    for (const value of Object.values(node)) {
      yield* objectsOf(value);
    }
  }
}

let numberOfWords = 0;

const inputsOf = json => new Map([...objectsOf(json)].filter(o => o.id && String(o.type).startsWith('Input.')).map(o => [o.id, o]));
const buttonsOf = root => [...root.querySelectorAll('button')];
const nameOf = (root, button) => {
  const text = button.textContent;
  return { text, nth: buttonsOf(root).filter(b => b.textContent === text).indexOf(button) };
};
const byName = (root, name) => buttonsOf(root).filter(b => b.textContent === name.text)[name.nth];

export class CardView {
  #press;
  #json = null;
  #card = null;
  #pressed = 0;
  element = document.createElement('div');

  // press(verb or undefined, data): a promise; the buttons wait for it.
  constructor(json, press) {
    this.#press = press;
    this.element.className = 'card';
    this.update(json);
  }

  update(json) {
    if (this.#json !== null && JSON.stringify(json) === JSON.stringify(this.#json)) {
      return;
    }

    const before = this.#card === null ? null : this.#whatTheReaderDid(json);
    const card = new AC.AdaptiveCard();
    card.hostConfig = new AC.HostConfig(hostConfig);
    card.onExecuteAction = action => this.#execute(action);
    card.parse(before?.json ?? json);
    const rendered = card.render();
    // The renderer makes the card itself a stop of the Tab key; there is nothing to do at it.
    rendered?.removeAttribute('tabindex');
    this.#json = json;
    this.#card = card;
    this.element.replaceChildren(rendered ?? this.#unreadable());
    this.#describeInputs();
    if (before) {
      this.#restore(before);
    }

    this.#holdButtons();
  }

  #unreadable() {
    const note = document.createElement('p');
    note.textContent = 'This card can\'t be shown here.';
    return note;
  }

  // What stands beside a field in a box of its own, such as its hint and what is wrong with it, is read out with the field.
  #describeInputs() {
    for (const input of this.#card.getAllInputs()) {
      const box = input.parent;
      const items = box instanceof AC.Container && !(box instanceof AC.AdaptiveCard) ? Array.from({ length: box.getItemCount() }, (_, i) => box.getItemAt(i)) : [];
      const control = input.renderedElement?.querySelector('[role="group"], [role="radiogroup"]') ?? input.renderedElement?.querySelector('input, textarea, select');
      if (!control || items.filter(item => item.isInteractive).length !== 1) {
        continue;
      }

      const words = items.filter(item => item !== input).map(item => item.renderedElement).filter(Boolean);
      words.forEach(word => { word.id ||= `words-${++numberOfWords}`; });
      if (words.length > 0) {
        control.setAttribute('aria-describedby', words.map(word => word.id).join(' '));
      }
    }
  }

  // While a press is under way nothing else can be pressed, also when the bot edits the card meanwhile.
  #holdButtons() {
    for (const button of this.#pressed > 0 ? buttonsOf(this.element) : []) {
      if (!button.disabled && !button.hasAttribute('aria-expanded')) {
        button.disabled = true;
        button.dataset.held = '';
      }
    }
  }

  // Typed values and toggled parts are written into a copy of the new card, unless the bot itself changed what it preset there.
  #whatTheReaderDid(next) {
    const json = structuredClone(next);
    const old = inputsOf(this.#json);
    const fresh = inputsOf(json);
    for (const input of this.#card.getAllInputs()) {
      const [was, is] = [old.get(input.id), fresh.get(input.id)];
      const typed = input.value;
      if (was && is && was.type === is.type && was.value === is.value && typed !== undefined && String(typed) !== String(was.value ?? '')) {
        is.value = is.type === 'Input.Number' ? Number(typed) : typed;
      }
    }

    const toggled = new Set([...objectsOf(this.#json)].filter(o => o.type === 'Action.ToggleVisibility')
      .flatMap(o => o.targetElements ?? []).map(t => typeof t === 'string' ? t : t.elementId));
    const isShownIn = (root, id) => [...objectsOf(root)].find(o => o.id === id)?.isVisible ?? true;
    for (const element of objectsOf(json)) {
      const shown = toggled.has(element.id) ? this.#card.getElementById(element.id)?.isVisible : undefined;
      if (shown !== undefined && shown !== isShownIn(this.#json, element.id)) {
        element.isVisible = shown;
      }
    }

    const active = document.activeElement;
    const hasFocus = this.element.contains(active);
    return {
      json,
      open: buttonsOf(this.element).filter(b => b.getAttribute('aria-expanded') === 'true').map(b => nameOf(this.element, b)),
      input: hasFocus ? this.#card.getAllInputs().find(i => i.renderedElement?.contains(active))?.id : undefined,
      selection: hasFocus && 'selectionStart' in active ? [active.selectionStart, active.selectionEnd] : null,
      button: hasFocus && active.tagName === 'BUTTON' ? nameOf(this.element, active) : null,
      hadFocus: hasFocus,
    };
  }

  #restore(before) {
    for (const name of before.open) {
      const button = byName(this.element, name);
      if (button?.getAttribute('aria-expanded') === 'false') {
        button.click();
      }
    }

    if (before.input) {
      const field = this.#card.getAllInputs().find(i => i.id === before.input)?.renderedElement?.querySelector('input, textarea, select');
      field?.focus({ preventScroll: true });
      if (field && before.selection?.[0] != null) {
        try {
          field.setSelectionRange(...before.selection);
        } catch {
          // Some kinds of fields have no selection.
        }
      }
    } else if (before.button) {
      byName(this.element, before.button)?.focus({ preventScroll: true });
    }

    // What had the focus is gone: keep the reader's place rather than send it to the top of the page.
    if (before.hadFocus && !this.element.contains(document.activeElement)) {
      this.element.tabIndex = -1;
      this.element.focus({ preventScroll: true });
    }
  }

  async #execute(action) {
    if (action instanceof AC.OpenUrlAction) {
      if (/^https?:\/\//i.test(action.url ?? '')) {
        window.open(action.url, '_blank', 'noopener');
      }

      return;
    }

    const verb = action instanceof AC.ExecuteAction ? action.verb ?? '' : undefined;
    const focused = document.activeElement;
    const pressed = this.element.contains(focused) && focused.tagName === 'BUTTON' ? nameOf(this.element, focused) : null;
    this.element.setAttribute('aria-busy', 'true');
    this.#pressed++;
    this.#holdButtons();
    try {
      await this.#press(verb, action.data && typeof action.data === 'object' ? action.data : {});
    } finally {
      this.#pressed--;
      if (this.#pressed === 0) {
        this.element.removeAttribute('aria-busy');
        for (const button of this.element.querySelectorAll('button[data-held]')) {
          button.disabled = false;
          delete button.dataset.held;
        }
      }

      if (pressed && (document.activeElement === document.body || document.activeElement === this.element)) {
        byName(this.element, pressed)?.focus({ preventScroll: true });
      }
    }
  }
}

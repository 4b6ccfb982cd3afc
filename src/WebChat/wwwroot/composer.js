// Where one writes. Enter sends, Shift+Enter makes a line, the up arrow brings back what was said before.

const KEPT = 100;

export class Composer {
  #form = document.getElementById('composer');
  #field = document.getElementById('say');
  #button = document.getElementById('send');
  #history = [];
  #at = 0;
  #send;

  // send(text): a promise of whether it was delivered.
  constructor(send) {
    this.#send = send;
    this.#form.addEventListener('submit', event => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener('keydown', event => this.#key(event));
    this.#field.addEventListener('input', () => this.#grow());
  }

  focus() {
    this.#field.focus();
  }

  // Says something that was not typed: what stands in the field stays.
  say(text) {
    if (!this.#button.disabled) {
      this.#deliver(text);
    }
  }

  #submit() {
    const text = this.#field.value.trim();
    if (text !== '' && !this.#button.disabled) {
      this.#set('');
      this.#deliver(text);
    }
  }

  // What is typed meanwhile is the reader's next sentence: words that were not delivered come back only into an empty field, and always into the history.
  async #deliver(text) {
    this.#button.disabled = true;
    this.#history = [...this.#history.filter(h => h !== text), text].slice(-KEPT);
    this.#at = this.#history.length;
    let isDelivered = false;
    try {
      isDelivered = await this.#send(text);
    } finally {
      this.#button.disabled = false;
      if (!isDelivered && this.#field.value === '') {
        this.#set(text);
      }
    }
  }

  #key(event) {
    if (event.isComposing) {
      return;
    }

    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
      return;
    }

    const isBrowsing = this.#field.value === '' || this.#field.value === this.#history[this.#at];
    if (event.key === 'ArrowUp' && isBrowsing && this.#at > 0) {
      event.preventDefault();
      this.#set(this.#history[--this.#at]);
    } else if (event.key === 'ArrowDown' && isBrowsing && this.#at < this.#history.length) {
      event.preventDefault();
      this.#set(this.#history[++this.#at] ?? '');
    }
  }

  #set(text) {
    this.#field.value = text;
    this.#field.setSelectionRange(text.length, text.length);
    this.#grow();
  }

  #grow() {
    this.#field.style.height = 'auto';
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, 160)}px`;
  }
}

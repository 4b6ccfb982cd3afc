// Where one writes. Enter sends, Shift+Enter makes a line, the up arrow brings back what was said before.

const KEPT = 100;

export class Composer {
  #form = document.getElementById('composer');
  #field = document.getElementById('say');
  #button = document.getElementById('send');
  #history = [];
  #at = 0;
  #send;
  #waiting = 0;
  #last = Promise.resolve();

  // send(text): a function that delivers it, which gives a promise of whether it was.
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
    if (text !== '') {
      this.#set('');
      this.#deliver(text);
    }
  }

  // One after another: a sentence that was finished before the last one was delivered waits for it, and is said in its turn.
  #deliver(text) {
    this.#waiting++;
    this.#button.disabled = true;
    this.#history = [...this.#history.filter(h => h !== text), text].slice(-KEPT);
    this.#at = this.#history.length;
    const send = this.#send(text);
    this.#last = this.#last.catch(() => {}).then(() => this.#sendNow(text, send));
  }

  // What is typed meanwhile is the reader's next sentence: words that were not delivered come back only into an empty field, and always into the history.
  async #sendNow(text, send) {
    let isDelivered = false;
    try {
      isDelivered = await send();
    } finally {
      this.#button.disabled = --this.#waiting > 0;
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

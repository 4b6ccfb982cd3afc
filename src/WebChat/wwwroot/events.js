// One stream for all conversations of a person: browsers allow few connections to one host, and several windows are usual here.

const SILENCE_BEFORE_RETRY_MS = 40_000;
const RETRY_MS = 1_500;

export class EventFeed {
  #user;
  #since;
  #handlers;
  #source = null;
  #watchdog = 0;
  #isClosed = false;

  // handlers: change(kind, message), reset(), connected(), lost()
  constructor(user, since, handlers) {
    this.#user = user;
    this.#since = since;
    this.#handlers = handlers;
    this.#open();
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#watchdog);
    this.#source?.close();
  }

  #open() {
    this.#source?.close();
    if (this.#isClosed) {
      return;
    }

    const source = this.#source = new EventSource(`/webchat/api/events?user=${encodeURIComponent(this.#user)}&since=${this.#since}`);
    source.onopen = () => {
      this.#alive();
      this.#handlers.connected();
    };
    source.onerror = () => {
      this.#handlers.lost();
      // A closed source does not come back by itself (the server answered something else than a stream).
      if (source.readyState === EventSource.CLOSED) {
        this.#retry();
      }
    };
    source.addEventListener('ping', () => this.#alive());
    source.addEventListener('reset', () => {
      this.close();
      this.#handlers.reset();
    });
    for (const kind of ['created', 'private', 'updated', 'deleted']) {
      source.addEventListener(kind, event => {
        this.#alive();
        const message = JSON.parse(event.data);
        this.#since = Math.max(this.#since, message.revision);
        this.#handlers.change(kind, message);
      });
    }
  }

  #alive() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.#handlers.lost();
      this.#open();
    }, SILENCE_BEFORE_RETRY_MS);
  }

  #retry() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#open(), RETRY_MS);
  }
}

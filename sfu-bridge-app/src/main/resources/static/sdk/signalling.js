import { SluiceError } from './errors.js';
import { SequenceLog } from './sequence.js';

const PROTOCOL = 1;
const PING_INTERVAL_MILLIS = 10_000;
const PONG_LIMIT_MILLIS = 15_000;
const CONNECT_LIMIT_MILLIS = 10_000;
const FIRST_DELAY_MILLIS = 250;
const LONGEST_DELAY_MILLIS = 8_000;
const STABLE_AFTER_MILLIS = 10_000;

/** A join that failed with one of these may succeed later. */
const TRANSIENT = new Set(['connection-failed', 'rate-limited', 'internal', 'shutting-down', 'room-full', 'overloaded', 'duplicate-participant']);

/** The server ended the session for one of these reasons, none of which forbids a new one. */
const REJOIN_AFTER = new Set(['signalling-lost', 'media-lost', 'server-shutdown', 'internal-error', 'slow-client', 'timeout']);

/**
 * The conversation with the server: one WebSocket after another, one session as long as the server keeps it. It queues what
 * is sent while no socket is up, resumes the session, and joins anew when the session is gone. It knows nothing of media.
 */
export class Signalling {
  #url;
  #joinFields;
  #handlers;
  #reconnectLimitMillis;
  #socket = null;
  /** @type {{id: string, resumeToken: string, log: SequenceLog} | null} */
  #session = null;
  #ready = false;
  #closed = false;
  #queue = [];
  #attempt = 0;
  #pingTimer = 0;
  #deadTimer = 0;
  #stableTimer = 0;
  #wake = null;
  /** Ends the attempt to connect that is under way. */
  #abortConnect = null;
  #onOnline = () => this.#wake?.();

  /**
   * @param {{
   *   url?: string,
   *   joinFields: () => Promise<object>,
   *   reconnectLimitMillis: number,
   *   handlers: {
   *     message(message: object): void,
   *     waiting(): void,
   *     down(): void,
   *     resumed(): void,
   *     rejoined(joined: object): void,
   *     failed(error: SluiceError): void,
   *   },
   * }} options `joinFields` is asked again for each join, so that a token may be fresh
   */
  constructor({ url, joinFields, reconnectLimitMillis, handlers }) {
    this.#url = socketUrl(url);
    this.#joinFields = joinFields;
    this.#reconnectLimitMillis = reconnectLimitMillis;
    this.#handlers = handlers;
  }

  /** Connects and joins, once. @returns {Promise<object>} the `joined` message */
  async join() {
    let joined;
    try {
      joined = await this.#connect();
    } catch (cause) {
      throw asSluiceError(cause);
    }
    globalThis.addEventListener?.('online', this.#onOnline);
    return joined;
  }

  /** Sends now, or as soon as the session is resumed. What waits for a session that is lost is dropped with it. */
  send(message) {
    if (this.#ready) {
      this.#socket.send(JSON.stringify(message));
    } else if (!this.#closed) {
      this.#queue.push(message);
    }
  }

  /** Says goodbye and closes for good. */
  leave() {
    if (this.#ready) {
      this.#socket.send(JSON.stringify({ type: 'leave' }));
    }
    this.#close();
  }

  /** Cuts the socket without a word to the server, as a dead network would: for tests of resumption. */
  drop() {
    this.#lost();
  }

  #close() {
    this.#closed = true;
    this.#queue = [];
    globalThis.removeEventListener?.('online', this.#onOnline);
    this.#discardSocket(1000);
    this.#abortConnect?.();
    this.#wake?.();
  }

  #discardSocket(code) {
    this.#ready = false;
    clearTimeout(this.#pingTimer);
    clearTimeout(this.#deadTimer);
    this.#deadTimer = 0;
    clearTimeout(this.#stableTimer);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      socket.close(code);
    }
  }

  /** Opens a socket and resumes or joins. Resolves with `joined` or `resumed`; rejects with a SluiceError. */
  async #connect() {
    const session = this.#session;
    const first = session
      ? { type: 'resume', protocol: PROTOCOL, session: session.id, resumeToken: session.resumeToken, lastSeq: session.log.lastSeq }
      : { type: 'join', protocol: PROTOCOL, ...(await this.#joinFields()) };
    if (this.#closed) {
      throw aborted();
    }
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.#url);
      this.#socket = socket;
      let keepAlive = 0;
      const fail = (error) => {
        clearTimeout(limit);
        clearInterval(keepAlive);
        if (this.#socket === socket) {
          this.#discardSocket(1000);
        }
        reject(error);
      };
      const limit = setTimeout(
        () => fail(new SluiceError('connection-failed', `No answer from ${this.#url} in time.`)),
        CONNECT_LIMIT_MILLIS,
      );
      this.#abortConnect = () => fail(aborted());
      socket.onopen = () => socket.send(JSON.stringify(first));
      socket.onclose = () => fail(new SluiceError('connection-failed', `The server at ${this.#url} cannot be reached.`));
      socket.onmessage = ({ data }) => {
        const message = parse(data);
        if (session && message?.type === 'error' && !message.fatal) {
          // One of the missed messages, not the answer to the resume.
          this.#deliver(message);
          return;
        }
        switch (message?.type) {
          case 'waiting':
            // As long as it takes, until a moderator decides.
            clearTimeout(limit);
            keepAlive = setInterval(
              () => socket.send(JSON.stringify({ type: 'ping', time: Math.round(performance.now()) })),
              PING_INTERVAL_MILLIS,
            );
            this.#handlers.waiting();
            break;
          case 'joined':
            clearTimeout(limit);
            clearInterval(keepAlive);
            this.#session = { id: message.session, resumeToken: message.resumeToken, log: new SequenceLog() };
            this.#session.log.accept(message.seq);
            this.#queue = [];
            this.#established(socket);
            resolve(message);
            break;
          case 'resumed':
            clearTimeout(limit);
            this.#session.log.accept(message.seq);
            this.#established(socket);
            resolve(message);
            break;
          case 'error':
            fail(new SluiceError(message.code, message.message, { fatal: true }));
            break;
          case 'closed':
            // The session ended while the socket was down; what is left is to join again, or not.
            fail(new SluiceError(REJOIN_AFTER.has(message.code) ? 'session-unknown' : message.code, message.message, { fatal: true }));
            break;
          default:
            // A server may replay what was missed before it says `resumed`.
            if (session && message?.type) {
              this.#deliver(message);
            }
        }
      };
    });
  }

  #established(socket) {
    this.#ready = true;
    this.#abortConnect = null;
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onclose = () => this.#lost();
    for (const message of this.#queue.splice(0)) {
      this.send(message);
    }
    this.#stableTimer = setTimeout(() => (this.#attempt = 0), STABLE_AFTER_MILLIS);
    this.#schedulePing();
  }

  #schedulePing() {
    this.#pingTimer = setTimeout(() => {
      this.send({ type: 'ping', time: Math.round(performance.now()) });
      if (!this.#deadTimer) {
        this.#deadTimer = setTimeout(() => this.#lost(), PONG_LIMIT_MILLIS);
      }
      this.#schedulePing();
    }, PING_INTERVAL_MILLIS);
  }

  #received(data) {
    clearTimeout(this.#deadTimer);
    this.#deadTimer = 0;
    const message = parse(data);
    if (message?.type) {
      this.#deliver(message);
    }
  }

  #deliver(message) {
    if (!this.#session.log.accept(message.seq) || message.type === 'pong') {
      return;
    }
    if (message.type === 'closed') {
      const final = !REJOIN_AFTER.has(message.code);
      if (final) {
        this.#fail(new SluiceError(message.code, message.message, { fatal: true }));
      } else {
        this.#session = null;
        this.#lost();
      }
      return;
    }
    this.#handlers.message(message);
  }

  #lost() {
    if (this.#closed || !this.#ready) {
      return;
    }
    this.#discardSocket(4000);
    this.#handlers.down();
    this.#reconnect();
  }

  async #reconnect() {
    const givesUpAt = performance.now() + this.#reconnectLimitMillis;
    for (;;) {
      await this.#pause(this.#attempt++);
      if (this.#closed) {
        return;
      }
      try {
        const message = await this.#connect();
        if (this.#closed) {
          return;
        }
        if (message.type === 'joined') {
          this.#handlers.rejoined(message);
        } else {
          this.#handlers.resumed();
        }
        return;
      } catch (cause) {
        const error = asSluiceError(cause);
        if (this.#closed) {
          return;
        }
        if (error.code === 'session-unknown') {
          this.#session = null;
        } else if (!TRANSIENT.has(error.code)) {
          this.#fail(error);
          return;
        }
        if (performance.now() > givesUpAt) {
          this.#fail(new SluiceError('reconnect-failed', `Gave up reconnecting: ${error.message}`, { fatal: true, cause }));
          return;
        }
      }
    }
  }

  /** Waits for an exponential time, half of it random so that a room does not return as one; less when the network is back. */
  #pause(attempt) {
    const ceiling = attempt === 0 ? FIRST_DELAY_MILLIS : Math.min(LONGEST_DELAY_MILLIS, FIRST_DELAY_MILLIS * 2 ** attempt);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ceiling * (0.5 + Math.random() / 2));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #fail(error) {
    this.#close();
    this.#handlers.failed(error);
  }
}

function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

function aborted() {
  return new SluiceError('aborted', 'The room was left while it was being joined.');
}

function asSluiceError(cause) {
  return cause instanceof SluiceError ? cause : new SluiceError('connection-failed', String(cause?.message ?? cause), { cause });
}

/** Without an address: the server that this module came from. */
function socketUrl(address) {
  const url = new URL(address ?? '/signal', import.meta.url);
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
}

import { SluiceError } from './errors.js';

const ANSWER_LIMIT_MILLIS = 10_000;
const ANSWER_AFTER_RESUME_MILLIS = 2_000;
const MOST_OFFERS = 4;

/**
 * Offers and answers of one peer connection, one at a time. Whoever changed something asks for a negotiation; wishes that
 * come while one is under way share the next one. The server never offers, so there is no glare.
 */
export class Negotiator {
  #pc;
  #send;
  #intents;
  #number = 0;
  #applied = 0;
  #waiting = [];
  #running = false;
  #closed = false;
  /**
   * The offer that has no answer yet.
   * @type {{number: number, offers: number, timer: number, resolve(sdp: string): void, reject(error: Error): void} | null}
   */
  #pending = null;

  /**
   * @param {RTCPeerConnection} pc
   * @param {(message: object) => void} send
   * @param {() => Record<string, object>} intents what is published, by mid; asked when the mids are known
   */
  constructor(pc, send, intents) {
    this.#pc = pc;
    this.#send = send;
    this.#intents = intents;
  }

  /** Resolves when an offer made after this call has been answered and the answer applied. */
  negotiate() {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(closedError());
        return;
      }
      this.#waiting.push({ resolve, reject });
      if (!this.#running) {
        this.#running = true;
        // Changes made in the same turn belong into the same offer.
        queueMicrotask(() => this.#run());
      }
    });
  }

  handleAnswer({ negotiation, sdp }) {
    if (this.#pending?.number === negotiation) {
      this.#settle().resolve(sdp);
    }
  }

  /** @returns {boolean} whether the error was about an offer of this negotiator */
  handleError({ requestId, code, message }) {
    if (typeof requestId !== 'string' || !requestId.startsWith('negotiation-')) {
      return false;
    }
    if (this.#pending && requestId === `negotiation-${this.#pending.number}`) {
      this.#settle().reject(new SluiceError(code, message));
    }
    return true;
  }

  /** What was sent just before the old socket died may not have arrived: say it again. */
  handleResumed() {
    if (this.#pending) {
      this.#expectAnswer(ANSWER_AFTER_RESUME_MILLIS);
    } else if (this.#applied > 0) {
      this.#sendApplied();
    }
  }

  close() {
    this.#closed = true;
    this.#settle()?.reject(closedError());
    for (const { reject } of this.#waiting.splice(0)) {
      reject(closedError());
    }
  }

  async #run() {
    while (this.#waiting.length > 0 && !this.#closed) {
      const served = this.#waiting.splice(0);
      try {
        await this.#negotiateOnce();
        served.forEach(({ resolve }) => resolve());
      } catch (cause) {
        const error = this.#closed ? closedError() : await this.#rolledBack(cause);
        served.forEach(({ reject }) => reject(error));
      }
    }
    this.#running = false;
  }

  async #negotiateOnce() {
    const pc = this.#pc;
    await pc.setLocalDescription(await pc.createOffer());
    const answer = await new Promise((resolve, reject) => {
      this.#pending = { resolve, reject, offers: 0, number: 0, timer: 0 };
      this.#sendOffer();
    });
    await pc.setRemoteDescription({ type: 'answer', sdp: answer });
    this.#applied = this.#number;
    this.#sendApplied();
  }

  #sendOffer() {
    const pending = this.#pending;
    pending.number = ++this.#number;
    pending.offers++;
    this.#send({
      type: 'offer',
      id: `negotiation-${pending.number}`,
      negotiation: pending.number,
      sdp: this.#pc.localDescription.sdp,
      tracks: this.#intents(),
    });
    this.#expectAnswer(ANSWER_LIMIT_MILLIS);
  }

  #expectAnswer(millis) {
    const pending = this.#pending;
    clearTimeout(pending.timer);
    pending.timer = setTimeout(() => {
      if (pending.offers < MOST_OFFERS) {
        this.#sendOffer();
      } else {
        this.#settle().reject(new SluiceError('negotiation-timeout', 'The server does not answer the offer.'));
      }
    }, millis);
  }

  #settle() {
    const pending = this.#pending;
    this.#pending = null;
    clearTimeout(pending?.timer);
    return pending;
  }

  #sendApplied() {
    this.#send({ type: 'answerApplied', id: `applied-${this.#applied}`, negotiation: this.#applied });
  }

  /** A failed offer changes nothing: back to the last stable description. */
  async #rolledBack(cause) {
    if (this.#pc.signalingState === 'have-local-offer') {
      await this.#pc.setLocalDescription({ type: 'rollback' }).catch(() => {});
    }
    return cause instanceof SluiceError
      ? cause
      : new SluiceError('negotiation-failed', `The negotiation failed: ${cause?.message ?? cause}`, { cause });
  }
}

function closedError() {
  return new SluiceError('closed', 'The connection was closed.');
}

import { SluiceError } from './errors.js';

const LIMIT_MILLIS = 5000;

/** Asks the server how it uses the path to this participant, and finds the question of each answer. */
export class DownlinkQuestions {
  #send;
  #open = new Map();
  #asked = 0;

  /** @param {(message: object) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** @returns {Promise<import('./sluice.d.ts').Downlink>} */
  ask() {
    const id = `downlink-${++this.#asked}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(id, new SluiceError('timeout', 'The server did not answer.')), LIMIT_MILLIS);
      this.#open.set(id, { resolve, reject, timer });
      this.#send({ type: 'getDownlink', id });
    });
  }

  handleAnswer({ type, seq, requestId, ...downlink }) {
    this.#take(requestId)?.resolve(downlink);
  }

  /** Whether the error is the answer to a question. */
  handleError({ requestId, code, message }) {
    return this.#fail(requestId, new SluiceError(code, message));
  }

  #fail(id, error) {
    const question = this.#take(id);
    question?.reject(error);
    return question !== undefined;
  }

  #take(id) {
    const question = this.#open.get(id);
    clearTimeout(question?.timer);
    this.#open.delete(id);
    return question;
  }
}

import { SluiceError } from './errors.js';

const WORKER = new URL('../e2ee/worker.js', import.meta.url);
/** What makes guessing a passphrase dear (OWASP's figure for PBKDF2 with SHA-256). */
const ITERATIONS = 600_000;

/** End-to-end encryption of all that one room's connection sends and receives. See docs/e2ee.md. */
export class Encryption {
  #passphrase;
  #room;
  /** Of the key that is in use. */
  #id = 0;
  /** @type {Worker | null} */
  #worker = null;
  /** Senders and receivers live as long as their m-line, also when that is used again. */
  #transformed = new WeakSet();

  static get #legacy() {
    return !('RTCRtpScriptTransform' in globalThis) && 'createEncodedStreams' in (globalThis.RTCRtpSender?.prototype ?? {});
  }

  /**
   * @param {string} passphrase that all share
   * @param {string} room salts it: the same words make another key in another room
   */
  constructor(passphrase, room) {
    if (!('RTCRtpScriptTransform' in globalThis) && !Encryption.#legacy) {
      throw new SluiceError('encryption-unsupported', 'This browser cannot encrypt end to end.');
    }
    this.#passphrase = passphrase;
    this.#room = room;
  }

  /** @internal Packetizers of these look for NAL units in what they send, and find some in any ciphertext. */
  takes(codecName) {
    return codecName !== 'H264' && codecName !== 'H265';
  }

  /** @internal What the peer connection must be made with. */
  get configuration() {
    return Encryption.#legacy ? { encodedInsertableStreams: true } : {};
  }

  /** @internal Before anything is sent: without its key a frame is not sent at all. */
  start() {
    this.#worker = new Worker(WORKER, { type: 'module' });
    return this.setKey(this.#passphrase, 0);
  }

  /**
   * Encrypts with another key from now on; what the others still send with an earlier one stays readable.
   *
   * @param {string} passphrase
   * @param {number} id names the key in each frame, 0 to 255; the first key is 0
   */
  async setKey(passphrase, id) {
    this.#passphrase = passphrase;
    this.#id = id;
    const text = new TextEncoder();
    const secret = await crypto.subtle.importKey('raw', text.encode(passphrase), 'PBKDF2', false, ['deriveKey']);
    const salt = text.encode(`sluice-e2ee:${this.#room}`);
    const derivation = { name: 'PBKDF2', hash: 'SHA-256', iterations: ITERATIONS, salt };
    const key = await crypto.subtle.deriveKey(derivation, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    this.#worker?.postMessage({ type: 'key', id, key });
  }

  /** @internal The same words make another key from now on, as they do for those who are in that room. */
  async enter(room) {
    if (this.#room !== room) {
      this.#room = room;
      await this.setKey(this.#passphrase, this.#id);
    }
  }

  /** @internal @param {RTCRtpSender | RTCRtpReceiver} end of an m-line */
  protect(end, kind) {
    if (this.#transformed.has(end)) {
      return;
    }
    this.#transformed.add(end);
    const options = { role: end instanceof RTCRtpSender ? 'encrypt' : 'decrypt', kind };
    if (Encryption.#legacy) {
      const { readable, writable } = end.createEncodedStreams();
      this.#worker.postMessage({ type: 'transform', readable, writable, options }, [readable, writable]);
    } else {
      end.transform = new RTCRtpScriptTransform(this.#worker, options);
    }
  }

  /** @internal */
  close() {
    this.#worker?.terminate();
  }
}

/**
 * End-to-end encryption of one encoded frame, AES-GCM. What a frame looks like afterwards (docs/e2ee.md):
 *
 *   clear bytes | ciphertext and tag (16) | IV (12) | key id (1)
 *
 * The clear bytes are authenticated too. A frame that cannot be decrypted is null: it is not shown.
 */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const TRAILER_BYTES = IV_BYTES + 1;
/** An OBU of type OBU_FRAME without a size: it reaches to the frame's end (AV1 specification, 5.3.2). */
const OBU_FRAME = 0x30;

/** Keys by their id; what one frame is encrypted with is named in the frame, so that keys can be replaced in a call. */
export class KeyRing {
  /** @type {Map<number, CryptoKey>} */
  #keys = new Map();
  #current = 0;

  /** Frames are encrypted with this key from now on; older keys stay for decryption. */
  set(id, key) {
    this.#keys.set(id, key);
    this.#current = id;
  }

  get(id) {
    return this.#keys.get(id);
  }

  get current() {
    return this.#current;
  }
}

/**
 * How many bytes at a frame's start stay readable for the server and the browser's packetizer.
 *
 * VP8 has no header extension that tells a keyframe in today's browsers, so its payload header stays clear: 10 bytes of a
 * keyframe (with its size), 3 of others (RFC 6386 §9.1). Of Opus it is the TOC byte.
 */
export function clearBytes(kind, codec, isKeyframe) {
  if (kind === 'audio') {
    return 1;
  }
  return codec === 'VP8' ? (isKeyframe ? 10 : 3) : 0;
}

/** Encrypts the frames of one sender, or decrypts those of one receiver. */
export class FrameCipher {
  #keys;
  #prefix = crypto.getRandomValues(new Uint8Array(IV_BYTES - 4));
  #count = 0;

  /** @param {KeyRing} keys */
  constructor(keys) {
    this.#keys = keys;
  }

  /**
   * @param {Uint8Array} data
   * @param {number} clear
   * @param {boolean} isAv1 its packetizer reads OBUs, so the ciphertext is wrapped in one
   * @returns {Promise<Uint8Array<ArrayBuffer> | null>} null when there is no key: nothing leaves in the clear
   */
  async encrypt(data, clear, isAv1) {
    const id = this.#keys.current;
    const key = this.#keys.get(id);
    if (!key || this.#count === 0xffff_ffff) {
      return null;
    }
    const header = data.subarray(0, Math.min(clear, data.length));
    const iv = this.#nextIv();
    const algorithm = { name: 'AES-GCM', iv, additionalData: header };
    const ciphertext = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, data.subarray(header.length)));
    const wrapper = isAv1 ? 1 : 0;
    const out = new Uint8Array(wrapper + header.length + ciphertext.length + TRAILER_BYTES);
    out.fill(OBU_FRAME, 0, wrapper);
    out.set(header, wrapper);
    out.set(ciphertext, wrapper + header.length);
    out.set(iv, out.length - TRAILER_BYTES);
    out[out.length - 1] = id;
    return out;
  }

  /** The reverse; null for what is not encrypted, or with a key that is not here. */
  async decrypt(data, clear, isAv1) {
    const frame = isAv1 ? withoutObuHeader(data) : data;
    const key = frame.length >= clear + TAG_BYTES + TRAILER_BYTES && this.#keys.get(frame[frame.length - 1]);
    if (!key) {
      return null;
    }
    const header = frame.subarray(0, clear);
    const end = frame.length - TRAILER_BYTES;
    const algorithm = { name: 'AES-GCM', iv: frame.subarray(end, end + IV_BYTES), additionalData: header };
    try {
      const plain = new Uint8Array(await crypto.subtle.decrypt(algorithm, key, frame.subarray(clear, end)));
      const out = new Uint8Array(clear + plain.length);
      out.set(header);
      out.set(plain, clear);
      return out;
    } catch {
      return null;
    }
  }

  /** Random for each sender, and a counter: no IV is used twice with one key. */
  #nextIv() {
    const iv = new Uint8Array(IV_BYTES);
    iv.set(this.#prefix);
    new DataView(iv.buffer).setUint32(this.#prefix.length, this.#count++);
    return iv;
  }
}

/** What the OBU holds that the receiver's depacketizer has put a size into. */
function withoutObuHeader(data) {
  let at = 1 + ((data[0] >> 2) & 1);
  if (data[0] & 0x02) {
    while (data[at++] & 0x80) {
      // One byte of the size (leb128) more.
    }
  }
  return data.subarray(at);
}

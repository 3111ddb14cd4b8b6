/**
 * Which numbered server messages have been seen. A resumed session replays what was missed, and the replay may overlap
 * what came before the old socket dropped, or stand behind the message that announces it; so it is not enough to compare
 * with the highest number.
 */
export class SequenceLog {
  #contiguous = 0;
  #ahead = new Set();

  /** All messages up to this one have been seen: what a resume reports. */
  get lastSeq() {
    return this.#contiguous;
  }

  /** @returns {boolean} false when this message has been handled before */
  accept(seq) {
    if (!Number.isSafeInteger(seq)) {
      return true;
    }
    if (seq <= this.#contiguous || this.#ahead.has(seq)) {
      return false;
    }
    this.#ahead.add(seq);
    while (this.#ahead.delete(this.#contiguous + 1)) {
      this.#contiguous++;
    }
    return true;
  }
}

package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * Packs packet statuses into the chunks of transport-wide feedback (
 * draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.3, §3.1.4). It holds back the statuses of
 * one chunk until it knows which of the three forms takes most of them: a run of equal ones, 14
 * with one bit each (no large delta among them), or 7 with two bits each.
 *
 * <p>Whatever is held back fits into one chunk, so the size of the result is known at any time.
 */
final class StatusChunkWriter {

  private byte[] out = new byte[0];
  private int position;

  /** Two bits per held status, the first on the bottom; only 14 of a longer run are kept. */
  private int symbols;

  private int held;
  private boolean allEqual;
  private boolean anyLarge;

  void begin(byte[] out, int offset) {
    this.out = out;
    position = offset;
    clear();
  }

  /** Where the next chunk will go. */
  int position() {
    return position;
  }

  void add(int symbol) {
    if (!fits(symbol)) {
      emit();
    }
    if (held < TransportFeedbackReader.ONE_BIT_SYMBOLS) {
      symbols |= symbol << (2 * held);
    }
    allEqual = allEqual && symbol == (symbols & 3);
    anyLarge = anyLarge || symbol == TransportFeedbackReader.LARGE_DELTA;
    held++;
  }

  /** Writes what is held back and answers where the chunks end. */
  int finish() {
    if (held > 0) {
      if (allEqual) {
        writeRun();
      } else if (held <= TransportFeedbackReader.TWO_BIT_SYMBOLS) {
        writeTwoBitVector();
      } else {
        writeOneBitVector();
      }
    }
    return position;
  }

  private boolean fits(int symbol) {
    if (held < TransportFeedbackReader.TWO_BIT_SYMBOLS) {
      return true;
    }
    boolean large = anyLarge || symbol == TransportFeedbackReader.LARGE_DELTA;
    if (held < TransportFeedbackReader.ONE_BIT_SYMBOLS && !large) {
      return true;
    }
    return held < TransportFeedbackReader.MAX_RUN_LENGTH && allEqual && symbol == (symbols & 3);
  }

  /** Makes room by one chunk; a two-bit vector may leave some statuses behind. */
  private void emit() {
    if (allEqual) {
      writeRun();
      clear();
    } else if (held == TransportFeedbackReader.ONE_BIT_SYMBOLS) {
      writeOneBitVector();
      clear();
    } else {
      writeTwoBitVector();
      int left = held - TransportFeedbackReader.TWO_BIT_SYMBOLS;
      int leftSymbols = symbols >>> (2 * TransportFeedbackReader.TWO_BIT_SYMBOLS);
      clear();
      for (int i = 0; i < left; i++) {
        add((leftSymbols >>> (2 * i)) & 3);
      }
    }
  }

  private void clear() {
    symbols = 0;
    held = 0;
    allEqual = true;
    anyLarge = false;
  }

  private void writeRun() {
    write((symbols & 3) << 13 | held);
  }

  private void writeOneBitVector() {
    int chunk = TransportFeedbackReader.VECTOR_CHUNK;
    for (int i = 0; i < held; i++) {
      int bit = (symbols >>> (2 * i)) & 1;
      chunk |= bit << (TransportFeedbackReader.ONE_BIT_SYMBOLS - 1 - i);
    }
    write(chunk);
  }

  private void writeTwoBitVector() {
    int chunk = TransportFeedbackReader.VECTOR_CHUNK | TransportFeedbackReader.TWO_BIT_VECTOR;
    int count = Math.min(held, TransportFeedbackReader.TWO_BIT_SYMBOLS);
    for (int i = 0; i < count; i++) {
      int symbol = (symbols >>> (2 * i)) & 3;
      chunk |= symbol << (2 * (TransportFeedbackReader.TWO_BIT_SYMBOLS - 1 - i));
    }
    write(chunk);
  }

  private void write(int chunk) {
    BigEndian.putInt16(out, position, chunk);
    position += 2;
  }
}

package dev.sluice.core.rtcp;

import dev.sluice.core.rtp.BigEndian;

/**
 * Source description with one CNAME item per chunk (RFC 3550 §6.5). The CNAME is equal for all
 * streams that play in sync; it is random, so that it names no one (RFC 7022). Stateless.
 */
final class Sdes {

  private static final int CNAME_ITEM = 1;

  private Sdes() {}

  /** Bytes of a chunk: SSRC, item header, text, and one to four zeros up to a 32-bit boundary. */
  static int chunkLength(byte[] cname) {
    return (4 + 2 + cname.length + 4) & ~3;
  }

  static void writeChunk(byte[] out, int offset, int ssrc, byte[] cname) {
    BigEndian.putInt32(out, offset, ssrc);
    BigEndian.putInt8(out, offset + 4, CNAME_ITEM);
    BigEndian.putInt8(out, offset + 5, cname.length);
    System.arraycopy(cname, 0, out, offset + 6, cname.length);
    int end = offset + chunkLength(cname);
    for (int i = offset + 6 + cname.length; i < end; i++) {
      out[i] = 0;
    }
  }
}

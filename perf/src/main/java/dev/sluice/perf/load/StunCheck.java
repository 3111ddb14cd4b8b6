package dev.sluice.perf.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Connectivity checks and their answers (RFC 8445 §7, RFC 8489), as a controlling agent sends. */
final class StunCheck {
  static final int BINDING_REQUEST = 0x0001;
  static final int BINDING_SUCCESS = 0x0101;

  private static final int COOKIE = 0x2112A442;
  private static final int HEADER = 20;
  private static final int XOR_MAPPED_ADDRESS = 0x0020;
  private static final int USERNAME = 0x0006;
  private static final int MESSAGE_INTEGRITY = 0x0008;
  private static final int PRIORITY = 0x0024;
  private static final int USE_CANDIDATE = 0x0025;
  private static final int FINGERPRINT = 0x8028;
  private static final int ICE_CONTROLLING = 0x802A;
  private static final int HOST_PRIORITY = 0x6E7F_1EFF;
  private static final int FINGERPRINT_XOR = 0x5354554E;

  private StunCheck() {}

  /** The type of a STUN message. */
  static int type(byte[] message) {
    return ByteBuffer.wrap(message).getShort();
  }

  /** A check that nominates its pair. */
  static byte[] request(String username, String password, long tieBreaker, long transaction) {
    ByteBuffer out = ByteBuffer.allocate(512);
    out.putShort((short) BINDING_REQUEST).putShort((short) 0).putInt(COOKIE);
    out.putInt(0).putLong(transaction);
    attribute(out, USERNAME, username.getBytes(StandardCharsets.UTF_8));
    attribute(out, ICE_CONTROLLING, ByteBuffer.allocate(8).putLong(tieBreaker).array());
    attribute(out, USE_CANDIDATE);
    attribute(out, PRIORITY, ByteBuffer.allocate(4).putInt(HOST_PRIORITY).array());
    return signed(out, password);
  }

  /** The answer to a check of a server that is no lite one. */
  static byte[] response(byte[] request, String password, byte[] remoteAddress, int remotePort) {
    ByteBuffer out = ByteBuffer.allocate(512);
    out.putShort((short) BINDING_SUCCESS).putShort((short) 0).putInt(COOKIE);
    out.put(request, 8, 12);
    int address = ByteBuffer.wrap(remoteAddress).getInt() ^ COOKIE;
    attribute(
        out,
        XOR_MAPPED_ADDRESS,
        ByteBuffer.allocate(8)
            .putShort((short) 1)
            .putShort((short) (remotePort ^ COOKIE >>> 16))
            .putInt(address)
            .array());
    return signed(out, password);
  }

  private static void attribute(ByteBuffer out, int type, byte... value) {
    out.putShort((short) type).putShort((short) value.length).put(value);
    while ((out.position() & 3) != 0) {
      out.put((byte) 0);
    }
  }

  private static byte[] signed(ByteBuffer out, String password) {
    // Each of the two covers the message with a length that already counts it.
    out.putShort(2, (short) (out.position() - HEADER + 24));
    attribute(out, MESSAGE_INTEGRITY, hmac(password, message(out)));
    out.putShort(2, (short) (out.position() - HEADER + 8));
    CRC32 crc = new CRC32();
    crc.update(message(out));
    attribute(
        out,
        FINGERPRINT,
        ByteBuffer.allocate(4).putInt((int) crc.getValue() ^ FINGERPRINT_XOR).array());
    return message(out);
  }

  private static byte[] message(ByteBuffer out) {
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }

  private static byte[] hmac(String password, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }
}

package dev.sluice.transport.ice;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * STUN written and read a second time, from RFC 8489 alone: what the production code and ice4j do
 * is judged by code that shares nothing with them.
 */
public final class StunMessages {
  static final byte[] TRANSACTION = "transaction!".getBytes(StandardCharsets.US_ASCII);

  private StunMessages() {}

  /**
   * Attributes in order; MESSAGE-INTEGRITY and FINGERPRINT are computed where they are asked for.
   */
  static final class Builder {
    private final ByteArrayOutputStream attributes = new ByteArrayOutputStream();
    private final int type;
    private final byte[] transaction;

    Builder(int type) {
      this(type, TRANSACTION);
    }

    Builder(int type, byte[] transaction) {
      this.type = type;
      this.transaction = transaction;
    }

    Builder attribute(int attributeType, byte... value) {
      put16(attributeType);
      put16(value.length);
      attributes.writeBytes(value);
      while ((attributes.size() & 3) != 0) {
        attributes.write(0);
      }
      return this;
    }

    /** Bytes as they are, whole words. */
    Builder raw(byte[] words) {
      attributes.writeBytes(words);
      return this;
    }

    Builder username(String username) {
      return attribute(0x0006, username.getBytes(StandardCharsets.US_ASCII));
    }

    Builder integrity(String password) {
      byte[] signed = message(attributes.size() + 24);
      return attribute(0x0008, hmac(password, signed, signed.length));
    }

    Builder fingerprint() {
      byte[] covered = message(attributes.size() + 8);
      return attribute(0x8028, crc(covered, covered.length));
    }

    byte[] build() {
      return message(attributes.size());
    }

    private byte[] message(int declaredLength) {
      return ByteBuffer.allocate(20 + attributes.size())
          .putShort((short) type)
          .putShort((short) declaredLength)
          .putInt(0x2112A442)
          .put(transaction)
          .put(attributes.toByteArray())
          .array();
    }

    private void put16(int value) {
      attributes.write(value >> 8);
      attributes.write(value);
    }
  }

  /** A check as a browser sends it. */
  public static byte[] check(String username, String password, boolean useCandidate) {
    return check(username, password, useCandidate, TRANSACTION);
  }

  /** The same with a transaction id of its own. */
  public static byte[] check(
      String username, String password, boolean useCandidate, int transactionNumber) {
    byte[] transaction = ByteBuffer.allocate(12).putInt(8, transactionNumber).array();
    return check(username, password, useCandidate, transaction);
  }

  private static byte[] check(
      String username, String password, boolean useCandidate, byte[] transaction) {
    Builder b = new Builder(0x0001, transaction).username(username);
    b.attribute(0xC057, (byte) 0, (byte) 1, (byte) 0, (byte) 10);
    b.attribute(0x802A, new byte[8]);
    if (useCandidate) {
      b.attribute(0x0025);
    }
    return b.attribute(0x0024, new byte[] {0x6e, 0, 1, 2})
        .integrity(password)
        .fingerprint()
        .build();
  }

  /** The same message from another client: new USERNAME, signature and fingerprint. */
  static byte[] readdress(byte[] recorded, String username, String password) {
    Builder b = new Builder(ByteBuffer.wrap(recorded).getShort());
    attributes(recorded)
        .forEach(
            (type, value) -> {
              switch (type) {
                case 0x0006 -> b.username(username);
                case 0x0008 -> b.integrity(password);
                case 0x8028 -> b.fingerprint();
                default -> b.attribute(type, value);
              }
            });
    return b.build();
  }

  static Map<Integer, byte[]> attributes(byte[] message) {
    Map<Integer, byte[]> attributes = new LinkedHashMap<>();
    ByteBuffer b = ByteBuffer.wrap(message).position(20);
    while (b.hasRemaining()) {
      int type = b.getShort() & 0xFFFF;
      byte[] value = new byte[b.getShort() & 0xFFFF];
      b.get(value);
      b.position(b.position() + (-value.length & 3));
      attributes.put(type, value);
    }
    return attributes;
  }

  static byte[] attribute(byte[] message, int type) {
    return Objects.requireNonNull(attributes(message).get(type), "no such attribute");
  }

  /** Whether a message is complete and ends with a right MESSAGE-INTEGRITY and FINGERPRINT. */
  public static boolean isSigned(byte[] message, String password) {
    ByteBuffer b = ByteBuffer.wrap(message);
    int integrity = message.length - 32;
    int fingerprint = message.length - 8;
    if (b.getShort(2) != message.length - 20
        || b.getInt(integrity) != 0x0008_0014
        || b.getInt(fingerprint) != 0x8028_0004) {
      return false;
    }
    byte[] signed = message.clone();
    ByteBuffer.wrap(signed).putShort(2, (short) (fingerprint - 20));
    return Arrays.equals(
            hmac(password, signed, integrity),
            Arrays.copyOfRange(message, integrity + 4, fingerprint))
        && Arrays.equals(
            crc(message, fingerprint),
            Arrays.copyOfRange(message, fingerprint + 4, message.length));
  }

  public static InetSocketAddress mappedAddress(byte[] message) throws UnknownHostException {
    byte[] value = attribute(message, 0x0020);
    byte[] address = Arrays.copyOfRange(value, 4, value.length);
    for (int i = 0; i < address.length; i++) {
      address[i] ^= message[4 + i];
    }
    int port = (ByteBuffer.wrap(value).getShort(2) ^ 0x2112) & 0xFFFF;
    if (value[1] != (address.length == 4 ? 1 : 2)) {
      throw new IllegalArgumentException("address family " + value[1]);
    }
    return new InetSocketAddress(InetAddress.getByAddress(address), port);
  }

  private static byte[] hmac(String password, byte[] data, int length) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.US_ASCII), "HmacSHA1"));
      mac.update(data, 0, length);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] crc(byte[] data, int length) {
    CRC32 crc = new CRC32();
    crc.update(data, 0, length);
    return ByteBuffer.allocate(4).putInt((int) crc.getValue() ^ 0x5354_554E).array();
  }
}

package dev.sluice.e2e.network;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Datagrams that no proper peer sends: noise, and STUN, DTLS, RTP and RTCP that are wrong in one
 * place. The same seed makes the same datagrams.
 */
public final class HostileDatagrams {
  private static final int MAGIC_COOKIE = 0x2112A442;
  private static final int KINDS = 9;

  private final Random random;
  private final String serverFragment;

  /**
   * Datagrams by seed; {@code serverFragment} is a live ICE user name fragment of the server, so
   * that the forged checks get as far as their integrity.
   */
  public HostileDatagrams(long seed, String serverFragment) {
    this.random = new Random(seed);
    this.serverFragment = serverFragment;
  }

  /** The next one. */
  public byte[] next() {
    byte[] datagram =
        switch (random.nextInt(KINDS)) {
          case 0 -> noise(random.nextInt(1400));
          case 1 -> forgedCheck();
          case 2 -> stunWithBadLengths();
          case 3 -> helloFragmentOfSixteenMegabytes();
          case 4 -> dtlsAlert();
          case 5 -> rtp(0x90, noise(random.nextInt(40)));
          case 6 -> rtp(0x8F, noise(random.nextInt(8)));
          case 7 -> rtcp();
          default -> new byte[random.nextInt(4)];
        };
    boolean cutShort = random.nextInt(4) == 0;
    return cutShort ? Arrays.copyOf(datagram, random.nextInt(datagram.length + 1)) : datagram;
  }

  private byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A Binding request for a real user with USE-CANDIDATE, signed with the wrong key. */
  public byte[] forgedCheck() {
    return check(serverFragment, true);
  }

  /** The same without MESSAGE-INTEGRITY. */
  public byte[] unsignedCheck() {
    return check(serverFragment, false);
  }

  /** A signed request for nobody. */
  public byte[] checkForNobody() {
    return check("NoSuchUser", true);
  }

  private byte[] check(String fragment, boolean signed) {
    byte[] user = (fragment + ":evil").getBytes(StandardCharsets.UTF_8);
    ByteBuffer check = ByteBuffer.allocate(256);
    int paddedUser = (user.length + 3) & ~3;
    int signature = signed ? 24 : 0;
    stunHeader(check, 4 + paddedUser + 4 + signature);
    check.putShort((short) 0x0006).putShort((short) user.length).put(user);
    check.position(20 + 4 + paddedUser);
    check.putShort((short) 0x0025).putShort((short) 0);
    if (signed) {
      byte[] covered = Arrays.copyOf(check.array(), check.position());
      check.putShort((short) 0x0008).putShort((short) 20).put(hmac(covered));
    }
    // With FINGERPRINT, or it would be dropped before anybody looks at the signature.
    check.putShort(2, (short) (check.position() - 20 + 8));
    CRC32 crc = new CRC32();
    crc.update(check.array(), 0, check.position());
    check.putShort((short) 0x8028).putShort((short) 4).putInt((int) crc.getValue() ^ 0x5354_554E);
    return Arrays.copyOf(check.array(), check.position());
  }

  /** A whole DTLS 1.2 ClientHello that offers what a browser does (RFC 6347 §4.2.1, RFC 5764). */
  public byte[] clientHello() {
    byte[] extensions =
        HexFormat.of().parseHex("000a00040002001700" + "0d000400020403000e0005000200070000170000");
    ByteBuffer body = ByteBuffer.allocate(256);
    body.putShort((short) 0xFEFD).put(noise(32)).put((byte) 0).put((byte) 0);
    body.putShort((short) 4).putShort((short) 0xC02B).putShort((short) 0xC02F);
    body.put((byte) 1).put((byte) 0).putShort((short) extensions.length).put(extensions);
    int length = body.position();
    ByteBuffer record = ByteBuffer.allocate(13 + 12 + length);
    record.put((byte) 22).putShort((short) 0xFEFF).putLong(0).putShort((short) (12 + length));
    record.putInt(1 << 24 | length).putShort((short) 0).put(new byte[3]);
    record.put((byte) 0).putShort((short) length);
    return record.put(body.array(), 0, length).array();
  }

  private static byte[] hmac(byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec("not the password".getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return mac.doFinal(message);
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void stunHeader(ByteBuffer buffer, int length) {
    buffer.putShort((short) 0x0001).putShort((short) length).putInt(MAGIC_COOKIE).put(noise(12));
  }

  private byte[] stunWithBadLengths() {
    ByteBuffer check = ByteBuffer.allocate(40);
    stunHeader(check, random.nextInt(0x1_0000));
    check.putShort((short) 0x0006).putShort((short) random.nextInt(0x1_0000));
    return check.array();
  }

  /** A ClientHello fragment that declares the largest possible message (RFC 6347 §4.2.2). */
  private byte[] helloFragmentOfSixteenMegabytes() {
    byte[] fragment = noise(100);
    ByteBuffer record = ByteBuffer.allocate(13 + 12 + fragment.length);
    record.put((byte) 22).putShort((short) 0xFEFD).putLong(random.nextInt(16));
    record.putShort((short) (12 + fragment.length));
    record.put((byte) 1).put(new byte[] {-1, -1, -1}).putShort((short) 0);
    record.put(new byte[] {(byte) random.nextInt(256), 0, 0}).put(new byte[] {0, 0, 100});
    return record.put(fragment).array();
  }

  /** A fatal alert in clear, as if the peer had given up. */
  private byte[] dtlsAlert() {
    ByteBuffer record = ByteBuffer.allocate(15);
    record.put((byte) 21).putShort((short) 0xFEFD).putLong(random.nextInt(8)).putShort((short) 2);
    return record.put((byte) 2).put((byte) (random.nextBoolean() ? 0 : 40)).array();
  }

  /** RTP whose first byte promises an extension (0x90) or fifteen CSRCs (0x8F) that are noise. */
  private byte[] rtp(int firstByte, byte[] rest) {
    ByteBuffer packet = ByteBuffer.allocate(12 + rest.length);
    packet.put((byte) firstByte).put((byte) (96 + random.nextInt(32)));
    packet.putShort((short) random.nextInt()).putInt(random.nextInt()).putInt(random.nextInt());
    return packet.put(rest).array();
  }

  private byte[] rtcp() {
    byte[] rest = noise(random.nextInt(80));
    ByteBuffer packet = ByteBuffer.allocate(8 + rest.length);
    packet.put((byte) (0x80 | random.nextInt(32))).put((byte) (200 + random.nextInt(8)));
    packet.putShort((short) random.nextInt()).putInt(random.nextInt());
    return packet.put(rest).array();
  }
}

package dev.sluice.core.srtp;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/** Packets, keys and one end of a session, for the SRTP tests. */
final class SrtpPackets {
  static final int MAX_STREAMS = 8;

  /** Room for the largest packet that the tests make, with its protection. */
  static final int BUFFER_LENGTH = 2048;

  private SrtpPackets() {}

  /** Octets from hexadecimal digits; white space is for the eye. */
  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
  }

  /** A key that depends on the length alone. */
  static byte[] key(SrtpProfile profile) {
    return ascending(profile.keyLength(), 0x31);
  }

  /** A salt that depends on the length alone. */
  static byte[] salt(SrtpProfile profile) {
    return ascending(profile.saltLength(), 0xA7);
  }

  static SrtpSender sender(SrtpProfile profile) {
    return sender(profile, SrtpCiphers.jdk());
  }

  static SrtpSender sender(SrtpProfile profile, SrtpCiphers ciphers) {
    return new SrtpSender(profile, key(profile), salt(profile), ciphers, MAX_STREAMS);
  }

  static SrtpReceiver receiver(SrtpProfile profile) {
    return receiver(profile, SrtpCiphers.jdk());
  }

  static SrtpReceiver receiver(SrtpProfile profile, SrtpCiphers ciphers) {
    return new SrtpReceiver(profile, key(profile), salt(profile), ciphers, MAX_STREAMS);
  }

  /** An RTP packet with a header of 12 octets and a payload that depends on SSRC and sequence. */
  static byte[] rtp(int ssrc, int sequence, int payloadLength) {
    byte[] packet = new byte[SrtpWire.RTP_FIXED_HEADER_LENGTH + payloadLength];
    Arrays.fill(packet, (byte) (31 * ssrc + sequence));
    writeHeader(packet, ssrc, sequence);
    return packet;
  }

  /** An RTP packet with 0 to 15 CSRCs and, half of the time, a header extension. */
  static byte[] randomRtp(Random random, int ssrc, int sequence) {
    int csrcCount = random.nextInt(16);
    int extensionWords = random.nextBoolean() ? random.nextInt(6) : -1;
    int extensionLength = extensionWords < 0 ? 0 : 4 + 4 * extensionWords;
    int headerLength = SrtpWire.RTP_FIXED_HEADER_LENGTH + 4 * csrcCount + extensionLength;
    byte[] packet = new byte[headerLength + random.nextInt(1200)];
    random.nextBytes(packet);
    writeHeader(packet, ssrc, sequence);
    packet[0] = (byte) (0x80 | (extensionWords < 0 ? 0 : 0x10) | csrcCount);
    if (extensionWords >= 0) {
      int extensionAt = headerLength - extensionLength;
      SrtpWire.writeInt(packet, extensionAt, 0xBEDE_0000 | extensionWords);
    }
    return packet;
  }

  /** A compound RTCP packet of some words, whose contents SRTP does not look at. */
  static byte[] rtcp(int ssrc, int bodyLength) {
    byte[] packet = new byte[SrtpWire.RTCP_CLEAR_LENGTH + bodyLength];
    Arrays.fill(packet, (byte) 0x5A);
    SrtpWire.writeInt(packet, 0, 0x81C8_0000 | (packet.length / 4 - 1));
    SrtpWire.writeInt(packet, 4, ssrc);
    return packet;
  }

  /** Protects an RTP packet whose payload is apart from its header. */
  static byte[] protectRtp(SrtpSender sender, byte[] packet) {
    byte[] out = new byte[BUFFER_LENGTH];
    int headerLength = SrtpWire.rtpHeaderLength(packet, 0, packet.length);
    System.arraycopy(packet, 0, out, 0, headerLength);
    int length =
        sender.protectRtp(
            out, 0, headerLength, 0, packet, headerLength, packet.length - headerLength);
    return accepted(out, length);
  }

  static byte[] protectRtcp(SrtpSender sender, byte[] packet) {
    byte[] out = Arrays.copyOf(packet, BUFFER_LENGTH);
    return accepted(out, sender.protectRtcp(out, 0, packet.length));
  }

  static byte[] unprotectRtp(SrtpReceiver receiver, byte[] packet) {
    byte[] out = new byte[BUFFER_LENGTH];
    return accepted(out, receiver.unprotectRtp(packet, 0, packet.length, out, 0));
  }

  static byte[] unprotectRtcp(SrtpReceiver receiver, byte[] packet) {
    byte[] out = new byte[BUFFER_LENGTH];
    return accepted(out, receiver.unprotectRtcp(packet, 0, packet.length, out, 0));
  }

  /** The negative result of an RTP packet that is not accepted, or its length. */
  static int resultOfRtp(SrtpReceiver receiver, byte[] packet) {
    return receiver.unprotectRtp(packet, 0, packet.length, new byte[BUFFER_LENGTH], 0);
  }

  static int resultOfRtcp(SrtpReceiver receiver, byte[] packet) {
    return receiver.unprotectRtcp(packet, 0, packet.length, new byte[BUFFER_LENGTH], 0);
  }

  /** The negative result of sending a packet with an empty payload, or its length. */
  static int resultOfSending(SrtpSender sender, int ssrc, int sequence) {
    byte[] out = Arrays.copyOf(rtp(ssrc, sequence, 0), BUFFER_LENGTH);
    return sender.protectRtp(out, 0, SrtpWire.RTP_FIXED_HEADER_LENGTH, 0, new byte[0], 0, 0);
  }

  private static byte[] accepted(byte[] out, int length) {
    if (length < 0) {
      throw new AssertionError("dropped: " + DropCode.reason(length));
    }
    return Arrays.copyOf(out, length);
  }

  private static void writeHeader(byte[] packet, int ssrc, int sequence) {
    SrtpWire.writeInt(packet, 0, 0x8060_0000 | (sequence & 0xFFFF));
    SrtpWire.writeInt(packet, 4, 3000 * sequence);
    SrtpWire.writeInt(packet, 8, ssrc);
  }

  private static byte[] ascending(int length, int first) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) (first + 7 * i);
    }
    return octets;
  }
}

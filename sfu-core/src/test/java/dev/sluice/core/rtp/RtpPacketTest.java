package dev.sluice.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("R6")
class RtpPacketTest {

  private static final String HEADER = "80e0fffe 80000001 f1020304";

  @Test
  void readsTheFixedHeaderUnsigned() {
    byte[] packet = hex("ff" + HEADER + "aabb");
    assertThat(RtpPacket.isValid(packet, 1, 14)).isTrue();
    assertThat(RtpPacket.payloadType(packet, 1)).isEqualTo(96);
    assertThat(RtpPacket.marker(packet, 1)).isTrue();
    assertThat(RtpPacket.sequence(packet, 1)).isEqualTo(0xFFFE);
    assertThat(RtpPacket.timestamp(packet, 1)).isEqualTo(0x8000_0001L);
    assertThat(RtpPacket.ssrc(packet, 1)).isEqualTo(0xF1020304);
    assertThat(RtpPacket.ssrcUnsigned(packet, 1)).isEqualTo(0xF1020304L);
    assertThat(RtpPacket.headerLength(packet, 1)).isEqualTo(12);
    assertThat(RtpPacket.payloadLength(packet, 1, 14)).isEqualTo(2);
  }

  @Test
  void countsCsrcsExtensionAndPaddingApartFromThePayload() {
    byte[] packet =
        hex("b2600001 00000002 00000003 0000000a 8000000b bede0001 10ff0000 0102030405 000003");
    assertThat(RtpPacket.isValid(packet, 0, packet.length)).isTrue();
    assertThat(RtpPacket.csrcCount(packet, 0)).isEqualTo(2);
    assertThat(RtpPacket.csrc(packet, 0, 1)).isEqualTo(0x8000000b);
    assertThat(RtpPacket.headerLength(packet, 0)).isEqualTo(28);
    assertThat(RtpPacket.paddingLength(packet, 0, packet.length)).isEqualTo(3);
    assertThat(RtpPacket.payloadLength(packet, 0, packet.length)).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "version 1, 40600001 00000002 00000003",
    "eleven bytes, 80600001 00000002 000000",
    "a CSRC beyond the end, 81600001 00000002 00000003",
    "an extension header beyond the end, 90600001 00000002 00000003 bede",
    "an extension beyond the end, 90600001 00000002 00000003 bede0002 10ff0000",
    "padding of zero, a0600001 00000002 00000003 00",
    "padding without a byte to count it, a0600001 00000002 00000003",
    "padding over the header, a0600001 00000002 00000003 0002",
  })
  void refusesLengthsThatContradictEachOther(String what, String packet) {
    byte[] bytes = hex(packet);
    if (what.equals("padding over the header")) {
      bytes[bytes.length - 1] = 3;
    }
    assertThat(RtpPacket.isValid(bytes, 0, bytes.length)).as(what).isFalse();
  }

  @Test
  void checksAnEncryptedPacketByItsHeaderAlone() {
    byte[] packet = hex("a0600001 00000002 00000003 ff");
    assertThat(RtpPacket.hasValidHeader(packet, 0, packet.length)).isTrue();
    assertThat(RtpPacket.isValid(packet, 0, packet.length)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "one byte form: first, bede0002 10aa 21bbcc 00 0000, 1, 17, 1",
    "one byte form: second, bede0002 10aa 21bbcc 00 0000, 2, 19, 2",
    "one byte form: after padding, bede0002 00 00 10aa 0000 20bb, 2, 23, 1",
    "one byte form: sixteen bytes, bede0005 3f000102030405060708090a0b0c0d0e0f 000000, 3, 17, 16",
    "two byte form: first, 10000002 0101aa 0202bbcc 00, 1, 18, 1",
    "two byte form: second, 10000002 0101aa 0202bbcc 00, 2, 21, 2",
    "two byte form: empty element, 100f0001 c800 00 00, 200, 18, 0",
    "two byte form: id 15 is an id, 10000001 0f01aa 00, 15, 18, 1",
  })
  void findsAnExtension(String what, String block, int id, int offset, int length) {
    byte[] packet = hex("90600001 00000002 00000003" + block);
    assertThat(RtpPacket.isValid(packet, 0, packet.length)).isTrue();
    long place = RtpPacket.findExtension(packet, 0, id);
    assertThat(place).as(what).isNotNegative();
    assertThat(RtpPacket.extensionOffset(place)).as(what).isEqualTo(offset);
    assertThat(RtpPacket.extensionLength(place)).as(what).isEqualTo(length);
  }

  @ParameterizedTest
  @CsvSource({
    "an absent id, bede0001 10aa 0000, 2",
    "the id of padding, bede0001 10aa 0000, 0",
    "behind id 15, bede0001 f0aa 20bb, 2",
    "id 15 itself, bede0001 f0aa 20bb, 15",
    "an element over the end, bede0001 12aa bbcc 22dd, 2",
    "an overrunning element, bede0001 10aa 2fbb, 2",
    "a two-byte element over the end, 10000001 0103aabb, 1",
    "a two-byte id at the very end, 10000001 0101aa 02, 2",
    "a profile of neither form, abcd0001 10aa 0000, 1",
    "an empty block, bede0000, 1",
  })
  void doesNotFindAnExtension(String what, String block, int id) {
    byte[] packet = hex("90600001 00000002 00000003" + block);
    assertThat(RtpPacket.findExtension(packet, 0, id)).as(what).isEqualTo(RtpPacket.NO_EXTENSION);
  }

  @Test
  void replacesFieldsWithoutTouchingTheirNeighbours() {
    byte[] packet = hex(HEADER);
    RtpPacket.setPayloadType(packet, 0, 45);
    assertThat(RtpPacket.marker(packet, 0)).isTrue();
    RtpPacket.setMarker(packet, 0, false);
    RtpPacket.setSequence(packet, 0, 0x1_0007);
    RtpPacket.setTimestamp(packet, 0, 0x1_FFFF_FFFFL);
    RtpPacket.setSsrc(packet, 0, 0xCAFEBABE);
    assertThat(packet).isEqualTo(hex("802d0007 ffffffff cafebabe"));
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }
}

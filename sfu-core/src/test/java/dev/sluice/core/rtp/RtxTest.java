package dev.sluice.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R1")
class RtxTest {

  @Test
  void restoresTheOriginalInPlaceWithItsExtensionsAndPadding() {
    byte[] packet = hex("ff b0e10001 00000002 00000003 bede0001 10aa0000 abcd 010203 0002");
    assertThat(Rtx.originalSequence(packet, 1, packet.length - 1)).isEqualTo(0xABCD);
    assertThat(Rtx.restoreOriginal(packet, 1, packet.length - 1, 96, 0xF0000004)).isTrue();
    byte[] original = hex("b0e0abcd 00000002 f0000004 bede0001 10aa0000 010203 0002");
    assertThat(packet).endsWith(original).hasSize(original.length + 3);
  }

  @Test
  void takesAPaddingOnlyPacketForAProbe() {
    byte[] probe = hex("a0e10001 00000002 00000003 00000004");
    assertThat(Rtx.isPaddingOnly(probe, 0, probe.length)).isTrue();
    assertThat(Rtx.originalSequence(probe, 0, probe.length)).isEqualTo(-1);
    byte[] before = probe.clone();
    assertThat(Rtx.restoreOriginal(probe, 0, probe.length, 96, 4)).isFalse();
    assertThat(probe).isEqualTo(before);
  }

  @Test
  void findsNoOriginalInOneByteOfPayload() {
    byte[] packet = hex("80e10001 00000002 00000003 ab");
    assertThat(Rtx.originalSequence(packet, 0, packet.length)).isEqualTo(-1);
    assertThat(Rtx.isPaddingOnly(packet, 0, packet.length)).isFalse();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }
}

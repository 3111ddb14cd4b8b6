package dev.sluice.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R6")
class RtpHeaderWriterTest {

  private final RtpHeaderWriter writer = new RtpHeaderWriter();
  private final byte[] out = new byte[80];

  @Test
  void writesABareHeader() {
    writer.begin(out, 3, 96, true, 0x1_FFFE, 0x1_8000_0001L, 0xF1020304);
    assertThat(writer.finish()).isEqualTo(12);
    assertThat(hexOf(3, 12)).isEqualTo("80e0fffe80000001f1020304");
  }

  @Test
  void writesTheOneByteFormPaddedToAWord() {
    Arrays.fill(out, (byte) 0xEE);
    writer.begin(out, 0, 111, false, 1, 2, 3);
    writer.csrc(0x0A0B0C0D);
    assertThat(writer.extension(1, new byte[] {9, 0x7F}, 1, 1)).isTrue();
    int sequence = writer.reserveExtension(14, 2);
    TransportSequence.write(out, sequence, 0xABCD);
    assertThat(writer.finish()).isEqualTo(28);
    assertThat(hexOf(0, 28))
        .isEqualTo(
            "916f0001" + "00000002" + "00000003" + "0a0b0c0d" + "bede0002" + "107fe1abcd000000");
  }

  @Test
  void writesTheTwoByteFormWhenTold() {
    writer.begin(out, 0, 45, false, 1, 2, 3);
    writer.useTwoByteForm();
    byte[] descriptor = new byte[17];
    Arrays.fill(descriptor, (byte) 7);
    assertThat(writer.extension(12, descriptor, 0, 17)).isTrue();
    assertThat(writer.extension(200, descriptor, 0, 0)).isTrue();
    int length = writer.finish();
    assertThat(length).isEqualTo(12 + 4 + 24);
    assertThat(RtpPacket.isValid(out, 0, length)).isTrue();
    assertThat(RtpPacket.extensionLength(RtpPacket.findExtension(out, 0, 12))).isEqualTo(17);
    assertThat(RtpPacket.extensionLength(RtpPacket.findExtension(out, 0, 200))).isZero();
  }

  @Test
  void refusesWhatTheOneByteFormCannotHoldAndKeepsTheRest() {
    writer.begin(out, 0, 45, false, 1, 2, 3);
    assertThat(writer.reserveExtension(15, 1)).isEqualTo(-1);
    assertThat(writer.reserveExtension(1, 17)).isEqualTo(-1);
    assertThat(writer.reserveExtension(1, 0)).isEqualTo(-1);
    assertThat(writer.reserveExtension(0, 1)).isEqualTo(-1);
    assertThat(writer.extension(14, new byte[16], 0, 16)).isTrue();
    assertThat(writer.finish()).isEqualTo(12 + 4 + 20);
  }

  @Test
  void neverWritesOverTheEndOfTheArray() {
    byte[] exact = new byte[12 + 4 + 4];
    writer.begin(exact, 0, 45, false, 1, 2, 3);
    assertThat(writer.reserveExtension(1, 4)).isEqualTo(-1);
    assertThat(writer.reserveExtension(1, 255)).isEqualTo(-1);
    assertThat(writer.finish()).isEqualTo(12);
    assertThat(RtpPacket.hasExtension(exact, 0)).isFalse();
  }

  @Test
  void startsCleanForTheNextPacket() {
    writer.begin(out, 0, 45, true, 1, 2, 3);
    writer.useTwoByteForm();
    writer.csrc(5);
    writer.extension(1, new byte[1], 0, 1);
    writer.padded();
    writer.finish();
    writer.begin(out, 0, 46, false, 7, 8, 9);
    assertThat(writer.reserveExtension(200, 1)).isEqualTo(-1);
    assertThat(writer.finish()).isEqualTo(12);
    assertThat(hexOf(0, 12)).isEqualTo("802e00070000000800000009");
  }

  @Test
  void keepsTheOrderOfTheWire() {
    writer.begin(out, 0, 45, true, 1, 2, 3);
    writer.extension(1, new byte[1], 0, 1);
    assertThatThrownBy(() -> writer.csrc(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(writer::useTwoByteForm).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void saysWhichElementsNeedTheTwoByteForm() {
    assertThat(RtpHeaderWriter.needsTwoByteForm(14, 16)).isFalse();
    assertThat(RtpHeaderWriter.needsTwoByteForm(15, 1)).isTrue();
    assertThat(RtpHeaderWriter.needsTwoByteForm(1, 17)).isTrue();
    assertThat(RtpHeaderWriter.needsTwoByteForm(1, 0)).isTrue();
  }

  private String hexOf(int offset, int length) {
    return HexFormat.of().formatHex(out, offset, offset + length);
  }
}

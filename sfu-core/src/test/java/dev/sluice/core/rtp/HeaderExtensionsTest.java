package dev.sluice.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("R6")
class HeaderExtensionsTest {

  @Test
  void readsLevelAndVoiceOfTheSameByte() {
    byte[] data = {(byte) 0xFF, 0x1E};
    assertThat(AudioLevel.level(data, 0)).isEqualTo(AudioLevel.SILENCE);
    assertThat(AudioLevel.voice(data, 0)).isTrue();
    assertThat(AudioLevel.level(data, 1)).isEqualTo(30);
    assertThat(AudioLevel.voice(data, 1)).isFalse();
    AudioLevel.write(data, 0, 30, true);
    assertThat(data[0]).isEqualTo((byte) 0x9E);
  }

  @ParameterizedTest
  @CsvSource({
    "0x0000000000000000, 0x000000",
    "0x0000000080000000, 0x020000",
    "0x0000000100000000, 0x040000",
    "0x000000400000FFFF, 0x000003",
    "0xEEAA9A1333961804, 0x4CCE58",
  })
  void cutsTheSendTimeOutOfNtpTime(String ntp, String expected) {
    byte[] data = new byte[AbsSendTime.LENGTH];
    AbsSendTime.write(data, 0, Long.parseUnsignedLong(ntp.substring(2), 16));
    assertThat(AbsSendTime.read(data, 0)).isEqualTo(Integer.decode(expected));
  }

  @Test
  void measuresSendTimesAcrossTheirWrap() {
    assertThat(AbsSendTime.nanosBetween(0xFF_FFFF, 0x03_FFFF)).isEqualTo(1_000_000_000L);
    assertThat(AbsSendTime.nanosBetween(0x03_FFFF, 0xFF_FFFF)).isEqualTo(-1_000_000_000L);
  }

  @Test
  void numbersTransportWideInSixteenBits() {
    byte[] data = new byte[2];
    TransportSequence.write(data, 0, 0x1_FFFF);
    assertThat(TransportSequence.read(data, 0)).isEqualTo(0xFFFF);
  }

  @Test
  void readsANameOnlyIfItIsOne() {
    byte[] data = "xaudio-0\u0001".getBytes(StandardCharsets.US_ASCII);
    assertThat(SdesText.read(data, 1, 7)).isEqualTo("audio-0");
    assertThat(SdesText.read(data, 1, 8)).isNull();
    assertThat(SdesText.read(data, 1, 0)).isNull();
    assertThat(SdesText.read(new byte[] {(byte) 0xC3, (byte) 0xA4}, 0, 2)).isNull();
    assertThat(SdesText.read(new byte[100], 0, SdesText.MAX_LENGTH + 1)).isNull();
    byte[] name = "audio-0".getBytes(StandardCharsets.US_ASCII);
    assertThat(SdesText.matches(data, 1, 7, name)).isTrue();
    assertThat(SdesText.matches(data, 1, 6, name)).isFalse();
    assertThat(SdesText.matches(data, 0, 7, name)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, STUN", "3, 1, STUN", "4, 1, UNKNOWN", "16, 1, UNKNOWN", "19, 1, UNKNOWN",
    "20, 254, DTLS", "63, 1, DTLS", "64, 1, UNKNOWN", "79, 1, UNKNOWN", "80, 1, UNKNOWN",
    "127, 1, UNKNOWN", "128, 96, RTP", "191, 224, RTP", "128, 191, RTP", "128, 192, RTCP",
    "129, 200, RTCP", "191, 223, RTCP", "192, 200, UNKNOWN", "255, 1, UNKNOWN",
  })
  void classifiesByTheFirstTwoBytes(int first, int second, PacketKind expected) {
    assertThat(PacketKind.classify(first, second)).isEqualTo(expected);
    byte[] datagram = {0, (byte) first, (byte) second};
    assertThat(PacketKind.classify(datagram, 1, 2)).isEqualTo(expected);
    assertThat(PacketKind.classify(datagram, 1, 1)).isEqualTo(PacketKind.UNKNOWN);
  }
}

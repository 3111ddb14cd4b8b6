package dev.sluice.core.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.rtp.RecordedPackets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("R7")
class RtcpReaderTest {

  private final RtcpReader reader = new RtcpReader();

  @ParameterizedTest
  @MethodSource("dev.sluice.core.rtp.RecordedPackets#all")
  void readsEveryRtcpDatagramOfABrowser(RecordedPackets recording) {
    int reports = 0;
    for (byte[] datagram : recording.ofKind("RTCP")) {
      reader.reset(datagram, 0, datagram.length);
      while (reader.next()) {
        assertThat(reader.kind()).isNotEqualTo(RtcpKind.UNKNOWN);
        if (reader.kind() == RtcpKind.SENDER_REPORT) {
          reports++;
          assertThat(SenderReport.packetCount(datagram, reader.offset())).isPositive();
          assertThat(SenderReport.octetCount(datagram, reader.offset())).isPositive();
        }
      }
      assertThat(reader.malformed()).isFalse();
    }
    assertThat(reports).isGreaterThan(10);
  }

  @Test
  void readsASenderReportOfChromium() {
    byte[] datagram =
        hex(
            "80c800060b050bf5eeaa9a13339618049cfe92910000001800002c28"
                + "81ca00020b050bf501000000");
    reader.reset(datagram, 0, datagram.length);
    assertThat(reader.next()).isTrue();
    assertThat(reader.kind()).isEqualTo(RtcpKind.SENDER_REPORT);
    assertThat(SenderReport.senderSsrc(datagram, 0)).isEqualTo(0x0B050BF5);
    assertThat(SenderReport.ntpTime(datagram, 0)).isEqualTo(0xEEAA9A13_33961804L);
    assertThat(SenderReport.rtpTimestamp(datagram, 0)).isEqualTo(0x9CFE9291L);
    assertThat(SenderReport.packetCount(datagram, 0)).isEqualTo(24);
    assertThat(SenderReport.octetCount(datagram, 0)).isEqualTo(11_304);
    assertThat(SenderReport.reportBlockCount(datagram, 0)).isZero();
    assertThat(reader.next()).isTrue();
    assertThat(reader.kind()).isEqualTo(RtcpKind.SDES);
    assertThat(reader.offset()).isEqualTo(28);
    assertThat(reader.length()).isEqualTo(12);
    assertThat(reader.countOrFormat()).isEqualTo(1);
    assertThat(reader.next()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "80c90001 00000001 81ce0002 00000001 00000002, RECEIVER_REPORT PLI, false",
    "81ce0002 00000001 00000002, PLI, false",
    "81ce0002 00000001 00000002 a0c90002 00000001 00000004, PLI RECEIVER_REPORT, false",
    "80c90001 00000001 81ce0003 00000001 00000002, RECEIVER_REPORT, true",
    "80c90001 00000001 81ce, RECEIVER_REPORT, true",
    "80c90001 00000001 41ce0002 00000001 00000002, RECEIVER_REPORT, true",
    "a0c90001 00000000, '', true",
    "a0c90001 00000003, UNKNOWN, false",
    "a0c90001 00000008, '', true",
    "a0c90000, '', true",
    "80c9, '', true",
    "81c90001 00000001, UNKNOWN, false",
    "81c80006 00000001 00000002 00000003 00000004 00000005 00000006, UNKNOWN, false",
    "82cb0001 00000001, UNKNOWN, false",
    "81cd0002 00000001 00000002, UNKNOWN, false",
    "84ce0003 00000001 00000002 00000003, UNKNOWN, false",
    "8fce0004 00000001 00000000 52454d42 01000001, UNKNOWN, false",
    "8fce0004 00000001 00000000 52454d43 00000001, UNKNOWN, false",
    "8fcd0003 00000001 00000002 00000003, UNKNOWN, false",
    "80cc0001 00000001, UNKNOWN, false",
  })
  void showsWhatFitsAndStopsAtWhatDoesNot(String datagram, String kinds, boolean malformed) {
    byte[] bytes = hex(datagram);
    List<String> shown = new ArrayList<>();
    reader.reset(bytes, 0, bytes.length);
    while (reader.next()) {
      shown.add(reader.kind().name());
    }
    assertThat(String.join(" ", shown)).isEqualTo(kinds);
    assertThat(reader.malformed()).isEqualTo(malformed);
  }

  @Test
  void takesPaddingOffTheLength() {
    byte[] datagram = hex("a1ce0003 00000001 00000002 00000004");
    reader.reset(datagram, 0, datagram.length);
    assertThat(reader.next()).isTrue();
    assertThat(reader.length()).isEqualTo(12);
    assertThat(reader.next()).isFalse();
    assertThat(reader.malformed()).isFalse();
  }

  /** Chromium 156 fills the last word up with two zeros and their count. */
  @Test
  @Tag("B1")
  void readsTransportFeedbackWhosePaddingIsNoWholeWord() {
    byte[] datagram = hex("afcd0006 fa17fa17 9205db87 003f0003 08420204 2003b120 59000003");
    reader.reset(datagram, 0, datagram.length);
    assertThat(reader.next()).isTrue();
    assertThat(reader.kind()).isEqualTo(RtcpKind.TRANSPORT_FEEDBACK);
    TransportFeedbackReader feedback = new TransportFeedbackReader();
    assertThat(feedback.reset(datagram, reader.offset(), reader.length())).isTrue();
    List<Integer> received = new ArrayList<>();
    while (feedback.next()) {
      assertThat(feedback.received()).isTrue();
      received.add(feedback.sequence());
    }
    assertThat(received).containsExactly(0x3F, 0x40, 0x41);
    assertThat(reader.next()).isFalse();
    assertThat(reader.malformed()).isFalse();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }
}

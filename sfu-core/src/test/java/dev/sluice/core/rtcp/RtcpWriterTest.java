package dev.sluice.core.rtcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R7")
class RtcpWriterTest {

  private static final byte[] CNAME = "cname12".getBytes(StandardCharsets.US_ASCII);

  private final RtcpWriter writer = new RtcpWriter();
  private final RtcpReader reader = new RtcpReader();
  private final byte[] out = new byte[2000];

  @Test
  void writesACompoundThatReadsBack() {
    writer.begin(out, 5, 1200);
    assertThat(writer.senderReport(1, 0xEEAA_9A13_3396_1804L, 0x1_FFFF_FFFFL, 24, 11_304)).isTrue();
    assertThat(writer.reportBlock(statistics(), 0xF0000002, 0xB705_2000, 0x0005_4000)).isTrue();
    assertThat(writer.cname(1, CNAME)).isTrue();
    assertThat(writer.pli(1, 2)).isTrue();
    assertThat(writer.fir(1, 3, 0x1FF)).isTrue();
    assertThat(writer.bye(4)).isTrue();
    assertThat(writer.bye(5)).isTrue();

    start();
    int report = expect(RtcpKind.SENDER_REPORT, 52);
    assertThat(SenderReport.rtpTimestamp(out, report)).isEqualTo(0xFFFF_FFFFL);
    assertThat(SenderReport.reportBlockCount(out, report)).isEqualTo(1);
    int block = SenderReport.reportBlockOffset(report, 0);
    assertThat(ReportBlock.ssrc(out, block)).isEqualTo(0xF0000002);
    assertThat(ReportBlock.lastSr(out, block)).isEqualTo(0xB705_2000);
    assertThat(ReportBlock.delaySinceLastSr(out, block)).isEqualTo(0x0005_4000);
    expect(RtcpKind.SDES, 20);
    int pli = expect(RtcpKind.PLI, 12);
    assertThat(Pli.senderSsrc(out, pli)).isEqualTo(1);
    assertThat(Pli.mediaSsrc(out, pli)).isEqualTo(2);
    int fir = expect(RtcpKind.FIR, 20);
    assertThat(Fir.entryCount(reader.length())).isEqualTo(1);
    assertThat(Fir.ssrc(out, fir, 0)).isEqualTo(3);
    assertThat(Fir.commandSequence(out, fir, 0)).isEqualTo(255);
    int bye = expect(RtcpKind.BYE, 12);
    assertThat(Bye.ssrcCount(out, bye)).isEqualTo(2);
    assertThat(Bye.ssrc(out, bye, 1)).isEqualTo(5);
    assertThat(reader.next()).isFalse();
    assertThat(reader.malformed()).isFalse();
  }

  @Test
  void writesTheBytesOfRfc3550() {
    writer.begin(out, 0, 1200);
    writer.receiverReport(0x01020304);
    writer.cname(0x05060708, "ab".getBytes(StandardCharsets.US_ASCII));
    writer.cname(0x090a0b0c, "abc".getBytes(StandardCharsets.US_ASCII));
    assertThat(HexFormat.of().formatHex(out, 0, writer.length()))
        .isEqualTo(
            "80c9000101020304"
                // An item that ends on a boundary still needs a zero behind it: a whole word.
                + "82ca0006"
                + "05060708"
                + "01026162"
                + "00000000"
                + "090a0b0c"
                + "01036162"
                + "63000000");
  }

  @Test
  void opensAFurtherReportForTheThirtySecondBlock() {
    writer.begin(out, 0, 2000);
    writer.receiverReport(9);
    for (int i = 0; i < 40; i++) {
      assertThat(writer.reportBlock(statistics(), 100 + i, 0, 0)).isTrue();
    }
    start();
    assertThat(ReceiverReport.reportBlockCount(out, expect(RtcpKind.RECEIVER_REPORT, 752)))
        .isEqualTo(31);
    int second = expect(RtcpKind.RECEIVER_REPORT, 8 + 9 * 24);
    assertThat(ReceiverReport.senderSsrc(out, second)).isEqualTo(9);
    assertThat(ReportBlock.ssrc(out, ReceiverReport.reportBlockOffset(second, 8))).isEqualTo(139);
    assertThat(reader.next()).isFalse();
  }

  @Test
  void refusesABlockWithoutAReport() {
    writer.begin(out, 0, 1200);
    writer.receiverReport(9);
    writer.pli(1, 2);
    assertThatThrownBy(() -> writer.reportBlock(statistics(), 1, 0, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void leavesTheDatagramAsItWasWhenAPacketDoesNotFit() {
    TransportFeedbackRecorder recorder = new TransportFeedbackRecorder();
    recorder.record(1, 0);
    Arrays.fill(out, (byte) 0xEE);
    writer.begin(out, 0, 8 + 11);
    writer.receiverReport(9);
    byte[] before = out.clone();
    assertThat(writer.reportBlock(statistics(), 1, 0, 0)).isFalse();
    assertThat(writer.senderReport(1, 2, 3, 4, 5)).isFalse();
    assertThat(writer.cname(1, CNAME)).isFalse();
    assertThat(writer.pli(1, 2)).isFalse();
    assertThat(writer.fir(1, 2, 3)).isFalse();
    assertThat(writer.remb(1, 2, new int[1], 1)).isFalse();
    assertThat(writer.nack(1, 2, new long[] {5}, 0, 1)).isZero();
    assertThat(writer.transportFeedback(recorder, 1, 2)).isFalse();
    assertThat(recorder.pending()).isTrue();
    assertThat(writer.length()).isEqualTo(8);
    assertThat(out).isEqualTo(before);
  }

  @Test
  void losesNoIntervalOfLossToABlockThatDidNotFit() {
    ReceptionStatistics statistics = statistics();
    writer.begin(out, 0, 16);
    writer.receiverReport(9);
    assertThat(writer.reportBlock(statistics, 1, 0, 0)).isFalse();
    writer.begin(out, 0, 100);
    writer.receiverReport(9);
    assertThat(writer.reportBlock(statistics, 1, 0, 0)).isTrue();
    assertThat(ReportBlock.fractionLost256(out, 8)).isEqualTo(128);
  }

  @Test
  void packsLostPacketsIntoMasks() {
    long[] missing = {99, 65_636, 65_637, 65_652, 65_653, 131_071, 131_072, 200_000};
    writer.begin(out, 0, 1200);
    assertThat(writer.nack(1, 2, missing, 1, 7)).isEqualTo(7);
    assertThat(HexFormat.of().formatHex(out, 0, writer.length()))
        .isEqualTo("81cd0005" + "00000001" + "00000002" + "00648001" + "00750000" + "ffff0001");
    assertThat(requested()).containsExactly(100, 101, 116, 117, 65_535, 0);
  }

  @Test
  void continuesANackWhereTheDatagramWasFull() {
    long[] missing = {100, 200, 300, 400};
    writer.begin(out, 0, 12 + 2 * 4 + 3);
    assertThat(writer.nack(1, 2, missing, 0, 4)).isEqualTo(2);
    assertThat(requested()).containsExactly(100, 200);
    writer.begin(out, 0, 100);
    assertThat(writer.nack(1, 2, missing, 2, 4)).isEqualTo(4);
    assertThat(requested()).containsExactly(300, 400);
  }

  @Test
  void writesABitrateOfEighteenSignificantBits() {
    int[] ssrcs = {11, 12, 13};
    long[][] bitrates = {
      {0, 0}, {262_143, 262_143}, {262_145, 262_144}, {2_500_000, 2_500_000}, {1L << 62, 1L << 62}
    };
    for (long[] bitrate : bitrates) {
      writer.begin(out, 0, 100);
      assertThat(writer.remb(1, bitrate[0], ssrcs, 2)).isTrue();
      start();
      int remb = expect(RtcpKind.REMB, 28);
      assertThat(Remb.bitrateBps(out, remb)).isEqualTo(bitrate[1]);
      assertThat(Remb.senderSsrc(out, remb)).isEqualTo(1);
      assertThat(Remb.ssrcCount(out, remb)).isEqualTo(2);
      assertThat(Remb.ssrc(out, remb, 1)).isEqualTo(12);
    }
  }

  @Test
  void readsAnImpossibleBitrateAsTheLargest() {
    byte[] remb = HexFormat.of().parseHex("8fce0004000000010000000052454d4200ffffff");
    assertThat(Remb.isValid(remb, 0, remb.length)).isTrue();
    assertThat(Remb.bitrateBps(remb, 0)).isEqualTo(Long.MAX_VALUE);
  }

  private int[] requested() {
    start();
    expect(RtcpKind.NACK, writer.length());
    NackReader nack = new NackReader();
    nack.reset(out, reader.offset(), reader.length());
    int[] numbers = new int[100];
    int count = 0;
    for (int number = nack.next(); number >= 0; number = nack.next()) {
      numbers[count++] = number;
    }
    return Arrays.copyOf(numbers, count);
  }

  private void start() {
    int offset = out[5] == (byte) 0x81 && out[6] == (byte) 200 ? 5 : 0;
    reader.reset(out, offset, writer.length());
  }

  private int expect(RtcpKind kind, int length) {
    assertThat(reader.next()).isTrue();
    assertThat(reader.kind()).isEqualTo(kind);
    assertThat(reader.length()).isEqualTo(length);
    return reader.offset();
  }

  /** Four expected, two received. */
  private static ReceptionStatistics statistics() {
    ReceptionStatistics statistics = new ReceptionStatistics();
    statistics.record(65_536 + 10, 0, 0, 90_000);
    statistics.record(65_536 + 13, 0, 0, 90_000);
    return statistics;
  }
}

package dev.sluice.core.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.rtp.RecordedPackets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each datagram ends where its array ends, so a read beyond it throws; what lies before it is
 * filled with two different bytes in turn, so a read before it shows as two different results.
 */
@Tag("S8")
class HostileRtcpTest {

  private static final int BEFORE = 9;
  private static final int[] TYPES = {200, 201, 202, 203, 205, 205, 206, 206};
  private static final int[] FORMATS = {0, 1, 4, 11, 15, 31};

  @Test
  void readsRandomBytesOnlyWhereTheyAre() {
    long seed = 4711;
    Random random = new Random(seed);
    Map<RtcpKind, Integer> seen = new EnumMap<>(RtcpKind.class);
    for (int i = 0; i < 200_000; i++) {
      byte[] datagram = new byte[random.nextInt(0, 100)];
      random.nextBytes(datagram);
      if (random.nextInt(4) > 0) {
        lookLikeRtcp(datagram, random);
      }
      readsInside(datagram, seen, "seed " + seed + " step " + i);
    }
    for (RtcpKind kind : RtcpKind.values()) {
      assertThat(seen.getOrDefault(kind, 0)).as("the test reaches %s", kind).isGreaterThan(100);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.core.rtp.RecordedPackets#all")
  void readsTruncatedDatagramsOnlyWhereTheyAre(RecordedPackets recording) {
    Map<RtcpKind, Integer> seen = new EnumMap<>(RtcpKind.class);
    for (byte[] datagram : recording.ofKind("RTCP")) {
      for (int length = 0; length <= datagram.length; length++) {
        readsInside(Arrays.copyOf(datagram, length), seen, recording + " cut to " + length);
      }
    }
    assertThat(seen).containsKey(RtcpKind.SENDER_REPORT);
  }

  private static void lookLikeRtcp(byte[] datagram, Random random) {
    int position = 0;
    while (position + 4 <= datagram.length) {
      int words = random.nextInt(1, 1 + (datagram.length - position) / 4);
      datagram[position] = (byte) (0x80 | FORMATS[random.nextInt(FORMATS.length)]);
      if (random.nextInt(8) == 0) {
        datagram[position] |= 0x20;
      }
      datagram[position + 1] = (byte) TYPES[random.nextInt(TYPES.length)];
      datagram[position + 2] = 0;
      datagram[position + 3] = (byte) (words - 1);
      if (words >= 5 && random.nextBoolean()) {
        System.arraycopy(new byte[] {'R', 'E', 'M', 'B', 1}, 0, datagram, position + 12, 5);
      }
      if (words >= 6 && random.nextBoolean()) {
        datagram[position + 14] = 0;
      }
      position += 4 * words;
    }
  }

  static void readsInside(byte[] datagram, Map<RtcpKind, Integer> seen, String what) {
    long first = digest(framed(datagram, (byte) 0x00), seen);
    long second = digest(framed(datagram, (byte) 0xFF), seen);
    assertThat(first).as(what).isEqualTo(second);
  }

  private static byte[] framed(byte[] datagram, byte before) {
    byte[] array = new byte[BEFORE + datagram.length];
    Arrays.fill(array, 0, BEFORE, before);
    System.arraycopy(datagram, 0, array, BEFORE, datagram.length);
    return array;
  }

  private static long digest(byte[] array, Map<RtcpKind, Integer> seen) {
    RtcpReader reader = new RtcpReader();
    reader.reset(array, BEFORE, array.length - BEFORE);
    long digest = 0;
    while (reader.next()) {
      assertThat(reader.offset()).isGreaterThanOrEqualTo(BEFORE);
      assertThat(reader.offset() + reader.length()).isLessThanOrEqualTo(array.length);
      RtcpKind kind = reader.kind();
      seen.merge(kind, 1, Integer::sum);
      digest = 31 * digest + digest(kind, array, reader.offset(), reader.length());
    }
    return reader.malformed() ? -digest : digest;
  }

  private static long digest(RtcpKind kind, byte[] array, int offset, int length) {
    long digest = kind.name().hashCode();
    switch (kind) {
      case SENDER_REPORT -> {
        digest += SenderReport.ntpTime(array, offset) + SenderReport.octetCount(array, offset);
        for (int i = 0; i < SenderReport.reportBlockCount(array, offset); i++) {
          digest = 31 * digest + block(array, SenderReport.reportBlockOffset(offset, i));
        }
      }
      case RECEIVER_REPORT -> {
        for (int i = 0; i < ReceiverReport.reportBlockCount(array, offset); i++) {
          digest = 31 * digest + block(array, ReceiverReport.reportBlockOffset(offset, i));
        }
      }
      case BYE -> {
        for (int i = 0; i < Bye.ssrcCount(array, offset); i++) {
          digest = 31 * digest + Bye.ssrc(array, offset, i);
        }
      }
      case NACK -> {
        NackReader nack = new NackReader();
        nack.reset(array, offset, length);
        int requested = 0;
        for (int sequence = nack.next(); sequence >= 0; sequence = nack.next()) {
          digest = 31 * digest + sequence;
          requested++;
        }
        assertThat(requested).isLessThanOrEqualTo(17 * length / 4);
      }
      case PLI -> digest += Pli.mediaSsrc(array, offset);
      case FIR -> {
        for (int i = 0; i < Fir.entryCount(length); i++) {
          digest = 31 * digest + Fir.ssrc(array, offset, i) + Fir.commandSequence(array, offset, i);
        }
      }
      case REMB -> {
        assertThat(Remb.bitrateBps(array, offset)).isNotNegative();
        for (int i = 0; i < Remb.ssrcCount(array, offset); i++) {
          digest = 31 * digest + Remb.ssrc(array, offset, i);
        }
      }
      case TRANSPORT_FEEDBACK -> digest += feedback(array, offset, length);
      case CONGESTION_FEEDBACK -> digest += congestion(array, offset, length);
      case SDES, UNKNOWN -> {}
    }
    return digest;
  }

  private static long congestion(byte[] array, int offset, int length) {
    long digest = 0;
    CongestionFeedbackReader reader = new CongestionFeedbackReader();
    if (reader.reset(array, offset, length)) {
      while (reader.next()) {
        digest = 31 * digest + reader.ssrc() + reader.sequence() + reader.arrivalNanos();
      }
    }
    return digest;
  }

  private static long block(byte[] array, int offset) {
    return 31L * ReportBlock.ssrc(array, offset)
        + ReportBlock.cumulativeLost(array, offset)
        + ReportBlock.delaySinceLastSr(array, offset);
  }

  private static long feedback(byte[] array, int offset, int length) {
    TransportFeedbackReader reader = new TransportFeedbackReader();
    if (!reader.reset(array, offset, length)) {
      return 1;
    }
    long digest = 2;
    int statuses = 0;
    while (reader.next()) {
      digest = 31 * digest + (reader.received() ? reader.arrivalNanos() : reader.sequence());
      statuses++;
    }
    assertThat(statuses).isLessThanOrEqualTo(TransportFeedbackReader.MAX_STATUS_COUNT);
    return digest;
  }
}

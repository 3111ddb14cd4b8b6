package dev.sluice.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.bandwidth.BandwidthEstimator;
import dev.sluice.core.rtcp.CongestionFeedbackReader;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R7")
class SentNumbersTest {
  private static final long MILLISECOND = 1_000_000;
  private static final int AUDIO = 11;
  private static final int VIDEO = 22;

  private final SentNumbers numbers = new SentNumbers(4);
  private final BandwidthEstimator estimator = new BandwidthEstimator();
  private final CongestionFeedbackReader reader = new CongestionFeedbackReader();

  @Test
  void feedsTheEstimatorWithTheNumbersThatThePacketsLeftUnder() {
    long now = 0;
    long transport = 70_000;
    int audio = 65_530;
    int video = 100;
    for (int round = 0; round < 40; round++) {
      int firstAudio = audio;
      int firstVideo = video;
      for (int i = 0; i < 5; i++) {
        send(VIDEO, video++ & 0xFFFF, transport++, now);
        send(AUDIO, audio++ & 0xFFFF, transport++, now);
        now += 10 * MILLISECOND;
      }
      numbers.handleFeedback(feedback(firstVideo, firstAudio, now), estimator, now);
    }
    assertThat(estimator.acknowledgedBps()).isBetween(1_500_000L, 2_000_000L);
    assertThat(estimator.estimateBps(now)).isPositive();
    assertThat(estimator.lossShare()).isZero();
  }

  @Test
  void knowsNothingOfStreamsThatWereNotSent() {
    numbers.handleFeedback(feedback(1, 2, 1_000 * MILLISECOND), estimator, 1_000 * MILLISECOND);
    assertThat(estimator.acknowledgedBps()).isEqualTo(BandwidthEstimator.UNKNOWN);
  }

  private void send(int ssrc, int sequence16, long transport, long now) {
    numbers.handleSent(ssrc, sequence16, transport);
    estimator.handleSent(transport, 1_100, 0, now);
  }

  /** Five packets of each stream, 10 ms apart, the last of them 10 ms before the report. */
  private CongestionFeedbackReader feedback(int firstVideo, int firstAudio, long now) {
    ByteBuffer packet = ByteBuffer.allocate(8 + 2 * 20 + 4);
    packet.putInt(0x8BCD_0000 | (packet.capacity() / 4 - 1)).putInt(1);
    putStream(packet, VIDEO, firstVideo);
    putStream(packet, AUDIO, firstAudio);
    packet.putInt((int) (now / 1_000 * 65_536 / 1_000_000));
    assertThat(reader.reset(packet.array(), 0, packet.capacity())).isTrue();
    return reader;
  }

  private static void putStream(ByteBuffer packet, int ssrc, int first) {
    packet.putInt(ssrc).putShort((short) first).putShort((short) 5);
    for (int i = 0; i < 5; i++) {
      int offset = (5 - i) * 10 * 1024 / 1000;
      packet.putShort((short) (0x8000 | offset));
    }
    packet.putShort((short) 0);
  }
}

package dev.sluice.core.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.PayloadReader;
import dev.sluice.core.media.Codec;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.MediaPayload;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timestamps at a seam: by the publisher's clock where it is known, else by arrival. */
@Tag("R4")
@Tag("M3")
class SlotTimelineTest {
  private static final long MILLI = 1_000_000;
  private static final int TICKS_PER_MILLI = 90;

  private final EgressSlot slot =
      new EgressSlot(Agreement.slot("v0", Agreement.VP8, 0, 0), 0x1_0000L + 500, 5_000_000);
  private final MediaPacket packet = new MediaPacket();
  private final OutgoingPacket result = new OutgoingPacket();
  private final byte[] out = new byte[1500];
  private int pictures;

  SlotTimelineTest() {
    slot.activate();
  }

  @ParameterizedTest(name = "the new layer arrives {0} ms late")
  @ValueSource(longs = {0, 1, 35, 120, 400})
  void layersOfOnePublisherKeepItsTimeline(long lateMillis) {
    long first = show(1, 0x1001, 1000, 1000);
    long before = play(1, false, 1040, 1040);
    slot.assign(2, 0x1001);
    // 80 ms on the publisher's clock, whatever the network did.
    long after = play(2, true, 1120, 1120 + lateMillis);
    assertThat(before - first).isEqualTo(40 * TICKS_PER_MILLI);
    assertThat(after - before).isBetween(80L * TICKS_PER_MILLI - 1, 80L * TICKS_PER_MILLI + 1);
  }

  @Test
  void aKeyframeOlderThanTheLastPictureGoesForwardAndTheTimelineStaysExact() {
    long first = show(1, 0x1001, 1000, 1000);
    long before = play(1, false, 1080, 1080);
    slot.assign(2, 0x1001);
    long key = play(2, true, 1040, 1100);
    assertThat(key - before).isBetween(1L, 90L);
    long same = play(2, false, 1080, 1110);
    assertThat(same - key).isBetween(1L, 90L);
    long later = play(2, false, 1120, 1120);
    assertThat(later - first).isBetween(120L * TICKS_PER_MILLI - 1, 120L * TICKS_PER_MILLI + 1);
  }

  @Test
  void differentPublishersFollowEachOtherByArrival() {
    show(1, 0x1001, 1000, 1000);
    long before = play(1, false, 1040, 1040);
    slot.assign(2, 0x1002);
    long after = play(2, true, 777_000, 1090);
    assertThat(after - before).isEqualTo(50 * TICKS_PER_MILLI);
  }

  @Test
  void reportsThatAreFarFromTheArrivalsAreNotBelieved() {
    show(1, 0x1001, 1000, 1000);
    long before = play(1, false, 1040, 1040);
    slot.assign(2, 0x1001);
    long after = play(2, true, 99_000, 1090);
    assertThat(after - before).isEqualTo(50 * TICKS_PER_MILLI);
  }

  @Test
  void withoutAReportOfTheNewLayerItsArrivalCounts() {
    show(1, 0x1001, 1000, 1000);
    long before = play(1, false, 1040, 1040);
    slot.assign(2, 0x1001);
    long after = play(2, true, -1, 1075);
    assertThat(after - before).isEqualTo(35 * TICKS_PER_MILLI);
  }

  @Test
  void aSlotThatWasPausedGoesOnAfterTheTimeThatPassed() {
    show(1, 0x1001, 1000, 1000);
    long before = play(1, false, 1040, 1040);
    slot.assign(EgressSlot.NOTHING, 0);
    slot.assign(1, 0x1001);
    long after = play(1, true, 61_040, 61_060);
    assertThat(after - before).isEqualTo(60_020L * TICKS_PER_MILLI);
    // Twelve hours would look like a step backwards.
    slot.assign(EgressSlot.NOTHING, 0);
    slot.assign(1, 0x1001);
    long muchLater = play(1, true, 43_261_060, 43_261_060);
    assertThat(muchLater - after).isEqualTo(StreamSplicer.MAX_STEP_TICKS);
  }

  private long show(int stream, int csrc, long senderMillis, long arrivalMillis) {
    slot.assign(stream, csrc);
    return play(stream, true, senderMillis, arrivalMillis);
  }

  /** Forwards a picture; returns its timestamp. A stream's own timestamps start anywhere. */
  private long play(int stream, boolean key, long senderMillis, long arrivalMillis) {
    int number = pictures++;
    long millis = senderMillis < 0 ? arrivalMillis : senderMillis;
    byte[] payload = MediaPayload.vp8(key, 0, number, 320, 180, 0);
    long timestamp = (1L << 32) + stream * 1_234_567L + millis * TICKS_PER_MILLI;
    packet.setHeader(payload, 0, payload.length, 70_000L * stream + number, timestamp, true);
    packet.setOrigin(stream, Agreement.VP8.parameters(), arrivalMillis * MILLI);
    if (senderMillis >= 0) {
      packet.setSenderNanos(senderMillis * MILLI);
    }
    PayloadReader.of(Codec.VP8).read(payload, 0, payload.length, true, packet.facts());
    assertThat(slot.forward(packet, out, 0, result)).isNull();
    return RtpPacket.timestamp(out, 0);
  }
}

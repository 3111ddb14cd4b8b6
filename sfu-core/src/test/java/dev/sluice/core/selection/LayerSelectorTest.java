package dev.sluice.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.ingress.PublisherClock;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.rtp.RtpHeaderWriter;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.MediaPayload;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which layers a slot shows, from streams that real packets have been put into. */
@Tag("B7")
class LayerSelectorTest {
  private static final long FRAME_NANOS = 33_333_333;
  private static final int[] PATTERN = {0, 2, 1, 2};

  private final RtpHeaderWriter headers = new RtpHeaderWriter();
  private final MediaPacket packet = new MediaPacket();
  private final Map<IngressStream, Integer> sequences = new HashMap<>();
  private final Map<IngressStream, int[]> sizes = new HashMap<>();
  private PublishedTrack track = track(Agreement.VP8);
  private long nowNanos = 1_000_000_000;

  @ParameterizedTest(name = "{0}x{1} gets {2}")
  @CsvSource({
    "0, 0, 1280",
    "160, 90, 320",
    "320, 180, 320",
    "321, 181, 640",
    "640, 360, 640",
    "1000, 560, 1280",
    "4000, 3000, 1280",
    "0, 200, 640",
    // The picture fills the box's width at 320: its height does not matter.
    "320, 400, 320",
  })
  void takesTheSmallestPictureThatNeedNotBeEnlarged(int width, int height, int expected) {
    // Neither their names nor their order say how large they are.
    IngressStream large = add("a", 1280, 720);
    IngressStream small = add("b", 320, 180);
    IngressStream medium = add("c", 640, 360);
    play(60, large, small, medium);
    LayerTarget target = select(new SlotLimits(width, height, 0), LayerSelector.UNLIMITED);
    assertThat(target.stream().frameWidth()).isEqualTo(expected);
    assertThat(target.maxSpatialId()).as("no spatial layers").isEqualTo(LayerTarget.ALL);
  }

  @Test
  void aStreamThatStopsIsLeftAndComesBackWhenItLasts() {
    IngressStream small = add("q", 320, 180);
    IngressStream large = add("f", 1280, 720);
    play(60, small, large);
    assertThat(select(SlotLimits.NONE, LayerSelector.UNLIMITED).stream()).isSameAs(large);
    play(30, small);
    assertThat(select(SlotLimits.NONE, LayerSelector.UNLIMITED).stream()).isSameAs(large);
    play(30, small);
    assertThat(select(SlotLimits.NONE, LayerSelector.UNLIMITED).stream()).isSameAs(small);
    play(5, small, large);
    assertThat(select(SlotLimits.NONE, LayerSelector.UNLIMITED).stream()).isSameAs(small);
    play(15, small, large);
    assertThat(select(SlotLimits.NONE, LayerSelector.UNLIMITED).stream()).isSameAs(large);
  }

  @Test
  void ofStreamsThatHaveAllStoppedTheLastOneStays() {
    IngressStream small = add("q", 320, 180);
    IngressStream large = add("f", 1280, 720);
    play(10, small, large);
    play(10, small);
    nowNanos += 10_000_000_000L;
    assertThat(select(SlotLimits.NONE, LayerSelector.UNLIMITED).stream()).isSameAs(small);
  }

  @Test
  void nothingIsChosenBeforeTheFirstPacket() {
    add("q", 320, 180);
    assertThat(
            LayerSelector.select(
                track.streams(), SlotLimits.NONE, LayerSelector.UNLIMITED, nowNanos))
        .isNull();
  }

  @ParameterizedTest(name = "{0} frames per second: temporal layer {1}")
  @CsvSource({"0, 7", "60, 2", "30, 2", "15, 1", "10, 0", "1, 0"})
  void leavesOutTemporalLayersAboveTheWishedFrameRate(int framesPerSecond, int expected) {
    play(90, add("", 640, 360));
    LayerTarget target = select(new SlotLimits(0, 0, framesPerSecond), LayerSelector.UNLIMITED);
    assertThat(target.maxTemporalId()).isEqualTo(expected);
  }

  @Test
  void aLowBitRateFirstCostsFramesAndThenSize() {
    IngressStream small = add("q", 320, 180);
    IngressStream large = add("f", 1280, 720);
    play(90, small, large);
    long all = large.layers().bitrateBps(7, 7, nowNanos);
    long half = large.layers().bitrateBps(7, 1, nowNanos);
    LayerTarget target = select(SlotLimits.NONE, all + 1);
    assertThat(target.stream()).isSameAs(large);
    assertThat(target.maxTemporalId()).isEqualTo(LayerTarget.ALL);
    target = select(SlotLimits.NONE, (all + half) / 2);
    assertThat(target.stream()).isSameAs(large);
    assertThat(target.maxTemporalId()).isEqualTo(1);
    // With less it would have 7.5 frames a second.
    target = select(SlotLimits.NONE, half - 1);
    assertThat(target.stream()).isSameAs(small);
    assertThat(target.maxTemporalId()).isEqualTo(LayerTarget.ALL);
    target = select(SlotLimits.NONE, 1);
    assertThat(target.stream()).isSameAs(small);
    assertThat(target.maxTemporalId()).isZero();
  }

  @Test
  void spatialLayersAreStepsOfTheSameLadder() {
    track = track(Agreement.VP9);
    IngressStream svc = add("", 1280, 720);
    play(60, svc);
    assertThat(select(new SlotLimits(320, 180, 0), LayerSelector.UNLIMITED).maxSpatialId())
        .isZero();
    assertThat(select(new SlotLimits(640, 360, 0), LayerSelector.UNLIMITED).maxSpatialId())
        .isEqualTo(1);
    assertThat(select(new SlotLimits(1280, 720, 0), LayerSelector.UNLIMITED).maxSpatialId())
        .isEqualTo(2);
    assertThat(select(SlotLimits.NONE, LayerSelector.UNLIMITED).maxSpatialId())
        .isEqualTo(LayerTarget.ALL);
    long two = svc.layers().bitrateBps(1, 7, nowNanos);
    assertThat(select(SlotLimits.NONE, two + 1).maxSpatialId()).isEqualTo(1);
  }

  @Test
  @Tag("B6")
  void aSuspendedStreamStaysOnTheLadderWithWhatItCarriedBefore() {
    IngressStream small = add("q", 320, 180);
    IngressStream large = add("f", 1280, 720);
    play(60, small, large);
    List<LayerOption> before = largest();
    assertThat(before).hasSize(2);
    large.suspend(nowNanos);
    play(300, small);
    assertThat(largest()).isEqualTo(before);
    assertThat(select(SlotLimits.NONE, LayerSelector.UNLIMITED).stream())
        .as("what comes")
        .isSameAs(small);
    large.resume(nowNanos);
    play(5, small, large);
    assertThat(largest()).as("after a few pictures there is nothing to measure").isEqualTo(before);
    sizes.put(large, new int[] {900, 720});
    play(90, small, large);
    assertThat(largest().getLast().bitrateBps()).isLessThan(before.getLast().bitrateBps());
  }

  @Test
  @Tag("B6")
  void aStreamThatDoesNotComeBackWhenItIsAskedForIsNoLongerOnTheLadder() {
    IngressStream small = add("q", 320, 180);
    IngressStream large = add("f", 1280, 720);
    play(60, small, large);
    large.suspend(nowNanos);
    play(60, small);
    large.resume(nowNanos);
    play(80, small);
    assertThat(largest()).isNotEmpty();
    play(20, small);
    assertThat(largest()).isEmpty();
  }

  private List<LayerOption> largest() {
    return LayerSelector.ladder(track.streams(), SlotLimits.NONE, nowNanos).stream()
        .filter(rung -> rung.height() == 720)
        .toList();
  }

  private LayerTarget select(SlotLimits limits, long maxBitrateBps) {
    LayerTarget target = LayerSelector.select(track.streams(), limits, maxBitrateBps, nowNanos);
    assertThat(target).isNotNull();
    return Objects.requireNonNull(target);
  }

  private IngressStream add(String rid, int width, int height) {
    int ssrc = 1000 + track.streams().size();
    IngressStream stream = track.addStream(ssrc, ssrc, rid, null);
    sequences.put(stream, 0);
    sizes.put(stream, new int[] {width, height});
    return stream;
  }

  /** So many pictures of each stream at 30 a second, in three temporal layers. */
  private void play(int pictures, IngressStream... streams) {
    for (int i = 0; i < pictures; i++) {
      nowNanos += FRAME_NANOS;
      for (IngressStream stream : streams) {
        send(stream);
      }
    }
  }

  private void send(IngressStream stream) {
    int sequence = sequences.merge(stream, 3, Integer::sum) - 3;
    int picture = sequence / 3;
    int[] size = sizes.getOrDefault(stream, new int[2]);
    boolean vp9 = track.section().codecs().getFirst().equals(Agreement.VP9);
    int temporalId = PATTERN[picture % 4];
    if (!vp9) {
      byte[] payload = MediaPayload.vp8(picture % 30 == 0, 0, picture, size[0], size[1], 0);
      payload[5] = (byte) (temporalId << 6);
      put(stream, sequence, Arrays.copyOf(payload, 40 + size[0]), true);
      return;
    }
    for (int layer = 0; layer < 3; layer++) {
      byte[] payload = new byte[40 + (200 << layer)];
      boolean sized = picture == 0 && layer == 0;
      payload[0] = (byte) (0xBC | (picture > 0 ? 0x40 : 0) | (sized ? 0x02 : 0));
      payload[1] = (byte) 0x80;
      payload[2] = (byte) picture;
      payload[3] = (byte) (temporalId << 5 | 0x10 | layer << 1);
      if (sized) {
        payload[4] = 0x50;
        for (int i = 0; i < 3; i++) {
          int width = 320 << i;
          int height = 180 << i;
          payload[5 + 4 * i] = (byte) (width >> 8);
          payload[6 + 4 * i] = (byte) width;
          payload[7 + 4 * i] = (byte) (height >> 8);
          payload[8 + 4 * i] = (byte) height;
        }
      } else if (picture > 0) {
        payload[4] = 2;
      }
      put(stream, sequence + layer, payload, layer == 2);
    }
  }

  private void put(IngressStream stream, int sequence, byte[] payload, boolean marker) {
    int payloadType = track.section().codecs().getFirst().payloadType();
    int offset = stream.history().reserve();
    byte[] arena = stream.history().arena();
    headers.begin(
        arena, offset, payloadType, marker, sequence, 3000L * (sequence / 3), stream.ssrc());
    int length = headers.finish();
    System.arraycopy(payload, 0, arena, offset + length, payload.length);
    assertThat(stream.handlePacket(offset, length + payload.length, false, packet, nowNanos))
        .isNull();
  }

  private static PublishedTrack track(NegotiatedCodec codec) {
    return new PublishedTrack(
        new TrackId("t"),
        new ParticipantId("p"),
        0x1001,
        new PublisherClock(),
        Agreement.incoming("pv", codec, List.of("q"), 1, 2, 0),
        PublishIntent.UNSPECIFIED);
  }
}

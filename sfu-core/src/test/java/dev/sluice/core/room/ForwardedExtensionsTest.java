package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.ingress.PublisherClock;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.rtp.AbsCaptureTime;
import dev.sluice.core.rtp.RtpHeaderWriter;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.MediaPayload;
import dev.sluice.core.time.MediaClock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each header extension on its way from a publisher that has the one set of ids to receivers that
 * have the same and the other one.
 */
@Tag("R6")
class ForwardedExtensionsTest {
  private static final int PUBLISHER = 0;
  private static final long START = 0x1_0000L + 500;

  /** Firefox, AV1 with two temporal layers: a keyframe's descriptor, 15 bytes. */
  private static final byte[] SHORT_STRUCTURE =
      HexFormat.of().parseHex("c0000180011ea85141010c04fc02cc");

  private final RtpHeaderWriter headers = new RtpHeaderWriter();
  private final MediaPacket packet = new MediaPacket();
  private final OutgoingPacket result = new OutgoingPacket();
  private final byte[] out = new byte[1500];

  @ParameterizedTest(name = "receiver {0}")
  @ValueSource(ints = {0, 1})
  void audioLevelKeepsItsValueUnderTheReceiversId(int receiver) {
    forward(receiver, Agreement.OPUS, Map.of(HeaderExtension.AUDIO_LEVEL, bytes("9b")));
    assertThat(received(receiver, HeaderExtension.AUDIO_LEVEL)).isEqualTo("9b");
  }

  @ParameterizedTest(name = "receiver {0}")
  @ValueSource(ints = {0, 1})
  void videoOrientationKeepsItsValueUnderTheReceiversId(int receiver) {
    forward(receiver, Agreement.VP8, Map.of(HeaderExtension.VIDEO_ORIENTATION, bytes("0b")));
    assertThat(received(receiver, HeaderExtension.VIDEO_ORIENTATION)).isEqualTo("0b");
  }

  @ParameterizedTest(name = "receiver {0}")
  @ValueSource(ints = {0, 1})
  void midIsTheReceiversOwn(int receiver) {
    forward(receiver, Agreement.VP8, Map.of(HeaderExtension.MID, bytes("7076")));
    assertThat(received(receiver, HeaderExtension.MID)).isEqualTo("7330");
  }

  @ParameterizedTest(name = "receiver {0}")
  @ValueSource(ints = {0, 1})
  void streamIdsNeverLeave(int receiver) {
    forward(
        receiver,
        Agreement.VP8,
        Map.of(HeaderExtension.RID, bytes("71"), HeaderExtension.REPAIRED_RID, bytes("71")));
    assertThat(received(receiver, HeaderExtension.RID)).isEmpty();
    assertThat(received(receiver, HeaderExtension.REPAIRED_RID)).isEmpty();
  }

  @Test
  void anIdThatWasNotAgreedNeverLeaves() {
    forward(1, Agreement.VP8, Map.of(), 6, bytes("aabb"));
    for (int id = 1; id <= 255; id++) {
      boolean agreed = Agreement.extensionIds(1).containsValue(id);
      long place = RtpPacket.findExtension(out, 0, id);
      assertThat(place == RtpPacket.NO_EXTENSION || agreed).as("id %d", id).isTrue();
    }
    assertThat(RtpPacket.findExtension(out, 0, 6)).isEqualTo(RtpPacket.NO_EXTENSION);
  }

  @ParameterizedTest(name = "receiver {0}")
  @ValueSource(ints = {0, 1})
  void theDependencyDescriptorIsRenumberedUnderTheReceiversId(int receiver) {
    forward(
        receiver, Agreement.AV1, Map.of(HeaderExtension.DEPENDENCY_DESCRIPTOR, SHORT_STRUCTURE));
    assertThat(received(receiver, HeaderExtension.DEPENDENCY_DESCRIPTOR))
        .isEqualTo(HexFormat.of().formatHex(SHORT_STRUCTURE));
    assertThat(twoByteForm()).isEqualTo(receiver == 1);
  }

  @Test
  void aLongDependencyDescriptorTakesTheTwoByteForm() {
    byte[] structure = Arrays.copyOf(SHORT_STRUCTURE, 40);
    forward(0, Agreement.AV1, Map.of(HeaderExtension.DEPENDENCY_DESCRIPTOR, structure));
    assertThat(twoByteForm()).isTrue();
    assertThat(received(0, HeaderExtension.DEPENDENCY_DESCRIPTOR)).hasSize(80);
    assertThat(received(0, HeaderExtension.MID)).isNotEmpty();
    assertThat(result.transportSequenceOffset()).isPositive();
  }

  @Test
  void captureTimeIsMovedToTheServersClock() {
    // The publisher's clock is an hour ahead of the server's, its capturer's another second.
    MediaClock publisher = new MediaClock(0, 1_600_003_600_000L);
    long captureNanos = 5_000_000_000L;
    byte[] element = new byte[AbsCaptureTime.LENGTH];
    AbsCaptureTime.write(element, 0, publisher.ntpTime(captureNanos) + (1L << 32));
    Arrays.fill(element, 8, 12, (byte) 0xFF);
    forward(1, Agreement.VP8, Map.of(HeaderExtension.ABS_CAPTURE_TIME, element));
    assertThat(result.absCaptureTimeOffset()).isPositive();
    assertThat(result.captureNanos()).isBetween(captureNanos - 20_000, captureNanos + 20_000);
    assertThat(received(1, HeaderExtension.ABS_CAPTURE_TIME)).hasSize(32);
  }

  @Test
  void aCaptureTimeThatCannotBeIsNotPassedOn() {
    byte[] element = new byte[AbsCaptureTime.SHORT_LENGTH];
    forward(1, Agreement.VP8, Map.of(HeaderExtension.ABS_CAPTURE_TIME, element));
    assertThat(result.absCaptureTimeOffset()).isEqualTo(OutgoingPacket.ABSENT);
    assertThat(received(1, HeaderExtension.ABS_CAPTURE_TIME)).isEmpty();
  }

  @Test
  void playoutDelayKeepsItsValueWhereItIsAllowed() {
    forward(1, Agreement.VP8, Map.of(HeaderExtension.PLAYOUT_DELAY, bytes("00a01e")));
    assertThat(received(1, HeaderExtension.PLAYOUT_DELAY)).isEqualTo("00a01e");
    assertThat(RoomLimits.DEFAULT.forwardPlayoutDelay()).isFalse();
    assertThat(RoomLimits.DEFAULT.withPlayoutDelay(true).forwardPlayoutDelay()).isTrue();
    packet.setPlayoutDelay(MediaPacket.ABSENT);
    assertThat(packet.playoutDelayOffset()).isEqualTo(MediaPacket.ABSENT);
  }

  @Test
  void playoutDelayIsForwardedFromTheHistoryOnlyWhereItIsAllowed() {
    IngressStream stream =
        forward(1, Agreement.VP8, Map.of(HeaderExtension.PLAYOUT_DELAY, bytes("00a01e")));
    long sequence = packet.sequence();
    assertThat(new Routes(true).read(stream, sequence, packet)).isTrue();
    assertThat(packet.playoutDelayOffset()).isNotEqualTo(MediaPacket.ABSENT);
    assertThat(new Routes(false).read(stream, sequence, packet)).isTrue();
    assertThat(packet.playoutDelayOffset()).isEqualTo(MediaPacket.ABSENT);
  }

  @Test
  void extensionsThatAreTooShortAreNotPassedOn() {
    forward(
        1,
        Agreement.VP8,
        Map.of(
            HeaderExtension.PLAYOUT_DELAY, bytes("00"),
            HeaderExtension.DEPENDENCY_DESCRIPTOR, bytes("c000"),
            HeaderExtension.ABS_CAPTURE_TIME, bytes("00")));
    assertThat(received(1, HeaderExtension.PLAYOUT_DELAY)).isEmpty();
    assertThat(received(1, HeaderExtension.DEPENDENCY_DESCRIPTOR)).isEmpty();
    assertThat(received(1, HeaderExtension.ABS_CAPTURE_TIME)).isEmpty();
  }

  private IngressStream forward(
      int receiver, NegotiatedCodec codec, Map<HeaderExtension, byte[]> elements) {
    return forward(receiver, codec, elements, 0, new byte[1]);
  }

  /** Takes a keyframe with these elements from a publisher's stream to a receiver's slot. */
  private IngressStream forward(
      int receiver,
      NegotiatedCodec codec,
      Map<HeaderExtension, byte[]> elements,
      int otherId,
      byte[] other) {
    PublishedTrack track =
        new PublishedTrack(
            new TrackId("t"),
            new ParticipantId("p"),
            0x1001,
            new PublisherClock(),
            Agreement.incoming("pv", codec, List.of(), 77, 78, PUBLISHER),
            PublishIntent.UNSPECIFIED);
    IngressStream stream = track.addStream(1, 77, "", null);
    long nowNanos = 5_010_000_000L;
    MediaClock server = new MediaClock(0, 1_600_000_000_000L);
    long ntp = new MediaClock(0, 1_600_003_600_000L).ntpTime(nowNanos);
    long senderNanos = server.monotonicNanos(ntp);
    stream.lastReport().set(senderNanos, 90_000, MediaClock.compactNtp(ntp), nowNanos);
    track.clock().handleReport(senderNanos, nowNanos);

    byte[] arena = stream.history().arena();
    int offset = stream.history().reserve();
    headers.begin(arena, offset, codec.payloadType(), true, 100, 90_000, 77);
    headers.useTwoByteForm();
    elements.forEach(
        (extension, data) -> {
          Integer id = Agreement.extensionIds(PUBLISHER).get(extension);
          headers.extension(Objects.requireNonNull(id), data, 0, data.length);
        });
    if (otherId > 0) {
      headers.extension(otherId, other, 0, other.length);
    }
    int headerLength = headers.finish();
    byte[] payload =
        switch (codec.parameters().codec()) {
          case VP8 -> MediaPayload.vp8(true, 0, 5, 320, 180, 0);
          case AV1 -> bytes("180a0b0000002400000000");
          default -> MediaPayload.opus(0);
        };
    System.arraycopy(payload, 0, arena, offset + headerLength, payload.length);
    assertThat(stream.handlePacket(offset, headerLength + payload.length, false, packet, nowNanos))
        .isNull();
    EgressSlot slot = new EgressSlot(Agreement.slot("s0", codec, 0, receiver), START, 1000);
    slot.activate();
    slot.assign(1, 0x1001);
    assertThat(slot.forward(packet, out, 0, result)).isNull();
    return stream;
  }

  /** The data of an element that came out, in hex, or nothing. */
  private String received(int receiver, HeaderExtension extension) {
    Integer id = Agreement.extensionIds(receiver).get(extension);
    long place = RtpPacket.findExtension(out, 0, Objects.requireNonNull(id));
    if (place == RtpPacket.NO_EXTENSION) {
      return "";
    }
    int at = RtpPacket.extensionOffset(place);
    return HexFormat.of().formatHex(out, at, at + RtpPacket.extensionLength(place));
  }

  private boolean twoByteForm() {
    int block = RtpPacket.FIXED_HEADER_LENGTH + 4 * RtpPacket.csrcCount(out, 0);
    return out[block] == 0x10;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}

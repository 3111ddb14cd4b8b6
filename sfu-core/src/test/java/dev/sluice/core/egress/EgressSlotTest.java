package dev.sluice.core.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.PayloadReader;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.SdesText;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.MediaPayload;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One slot: when it starts, what it writes, what it refuses. */
@Tag("R4")
class EgressSlotTest {
  private static final long START = 0x1_0000L + 500;
  private static final byte[] H264_KEYFRAME = {0x65, (byte) 0x88, 1, 2, 3, 4};
  private static final byte[] H264_DELTA = {0x41, 1, 2, 3, 4, 5};

  private final EgressSlot slot =
      new EgressSlot(bothCodecs(Agreement.slot("v0", Agreement.VP8, 0, 0)), START, 1000);
  private final MediaPacket packet = new MediaPacket();
  private final OutgoingPacket result = new OutgoingPacket();
  private final byte[] out = new byte[1500];

  @Test
  void isSilentUntilActivated() {
    slot.assign(1, 0x1001);
    assertThat(forward(1, 70_000, true, 0)).isEqualTo(DropReason.SLOT_NOT_ACTIVE);
    slot.activate();
    assertThat(forward(1, 70_000, true, 0)).isNull();
    slot.deactivate();
    assertThat(forward(1, 70_001, false, 1)).isEqualTo(DropReason.SLOT_NOT_ACTIVE);
  }

  @Test
  void startsAtTheFirstPacketOfAKeyframe() {
    show(1);
    assertThat(forward(1, 70_000, false, 0)).isEqualTo(DropReason.AWAITING_KEYFRAME);
    assertThat(forward(1, 70_001, true, 1)).isEqualTo(DropReason.AWAITING_KEYFRAME);
    assertThat(slot.awaitsKeyframe()).isTrue();
    assertThat(forward(1, 70_002, true, 0)).isNull();
    assertThat(slot.awaitsKeyframe()).isFalse();
  }

  @Test
  void writesItsOwnNumbersAndNamesTheSource() {
    show(1);
    assertThat(forward(1, 70_000, true, 0)).isNull();
    assertThat(RtpPacket.ssrc(out, 0)).isEqualTo(slot.ssrc());
    assertThat(RtpPacket.sequence(out, 0)).isEqualTo((int) START & 0xFFFF);
    assertThat(RtpPacket.timestamp(out, 0)).isEqualTo(1000);
    assertThat(RtpPacket.csrc(out, 0, 0)).isEqualTo(0x1001);
    Integer mid = Agreement.extensionIds(0).get(HeaderExtension.MID);
    long place = RtpPacket.findExtension(out, 0, Objects.requireNonNull(mid));
    assertThat(
            SdesText.read(out, RtpPacket.extensionOffset(place), RtpPacket.extensionLength(place)))
        .isEqualTo("v0");
    assertThat(result.transportSequenceOffset()).isPositive();
  }

  @Test
  void theOldSourceFlowsUntilTheNewOneHasAKeyframe() {
    show(1);
    assertThat(forward(1, 70_000, true, 0)).isNull();
    slot.assign(2, 0x1002);
    assertThat(forward(2, 90_000, false, 0)).isEqualTo(DropReason.AWAITING_KEYFRAME);
    assertThat(forward(1, 70_001, false, 1)).isNull();
    assertThat(RtpPacket.csrc(out, 0, 0)).isEqualTo(0x1001);
    assertThat(forward(2, 90_001, true, 0)).isNull();
    assertThat(RtpPacket.csrc(out, 0, 0)).isEqualTo(0x1002);
    assertThat(RtpPacket.sequence(out, 0)).isEqualTo((int) START + 2 & 0xFFFF);
    assertThat(forward(1, 70_002, false, 0)).isEqualTo(DropReason.NOT_WANTED);
  }

  @Test
  void aPacketFromBeforeTheSeamHasNoPlace() {
    show(1);
    assertThat(forward(1, 70_000, true, 0)).isNull();
    assertThat(forward(1, 69_999, false, 0)).isEqualTo(DropReason.TOO_OLD);
  }

  @Test
  void aChangeOfCodecInAStreamWaitsForItsKeyframe() {
    show(1);
    assertThat(forward(1, 70_000, true, 0)).isNull();
    assertThat(forwardH264(1, 70_001, H264_DELTA)).isEqualTo(DropReason.AWAITING_KEYFRAME);
    assertThat(forwardH264(1, 70_002, H264_KEYFRAME)).isNull();
    assertThat(RtpPacket.payloadType(out, 0)).isEqualTo(Agreement.H264.payloadType());
    assertThat(RtpPacket.sequence(out, 0)).isEqualTo((int) START + 1 & 0xFFFF);
    assertThat(result.prefixLength()).isZero();
    assertThat(result.payloadLength()).isEqualTo(H264_KEYFRAME.length);
  }

  @Test
  void aLatePacketOfTheFormerCodecDoesNotSwitchBack() {
    show(1);
    assertThat(forward(1, 70_000, true, 0)).isNull();
    assertThat(forwardH264(1, 70_002, H264_KEYFRAME)).isNull();
    assertThat(forward(1, 70_001, true, 0)).isEqualTo(DropReason.TOO_OLD);
    assertThat(forwardH264(1, 70_003, H264_DELTA)).isNull();
  }

  @Test
  void aPacketOfTheFormerCodecIsNotSentAgain() {
    show(1);
    assertThat(forward(1, 70_000, true, 0)).isNull();
    int sequence16 = RtpPacket.sequence(out, 0);
    assertThat(forwardH264(1, 70_001, H264_KEYFRAME)).isNull();
    int entry = slot.findSent(sequence16, 0, 0);
    assertThat(entry).isNotNegative();
    vp8(1, 70_000, true, 0);
    assertThat(slot.retransmit(entry, sequence16, packet, out, 0, result))
        .isEqualTo(DropReason.CODEC_NOT_NEGOTIATED);
    // And the stream goes on in the codec that it has now.
    assertThat(forwardH264(1, 70_002, H264_DELTA)).isNull();
    assertThat(RtpPacket.payloadType(out, 0)).isEqualTo(Agreement.H264.payloadType());
  }

  @Test
  void aRetransmissionCarriesTheDescriptorOfTheFirstTime() {
    show(1);
    assertThat(forward(1, 70_000, true, 0)).isNull();
    int headerLength = result.headerLength();
    byte[] first = java.util.Arrays.copyOfRange(out, headerLength, headerLength + 6);
    int sequence16 = RtpPacket.sequence(out, 0);
    assertThat(forward(1, 70_001, false, 1)).isNull();

    int entry = slot.findSent(sequence16, 0, 0);
    assertThat(slot.sentStreamId(entry)).isEqualTo(1);
    assertThat(slot.sentSourceSequence(entry)).isEqualTo(70_000);
    vp8(1, 70_000, true, 0);
    assertThat(slot.retransmit(entry, sequence16, packet, out, 0, result)).isNull();
    assertThat(RtpPacket.ssrc(out, 0)).isEqualTo(slot.rtxSsrc());
    assertThat(RtpPacket.payloadType(out, 0)).isEqualTo(Agreement.VP8.rtxPayloadType());
    int body = result.headerLength();
    assertThat((out[body] & 0xFF) << 8 | (out[body + 1] & 0xFF)).isEqualTo(sequence16);
    assertThat(java.util.Arrays.copyOfRange(out, body + 2, body + 8)).isEqualTo(first);
    assertThat(slot.resent()).isEqualTo(1);
  }

  @Test
  void aPacketThatIsTooLongTakesNoNumber() {
    show(1);
    assertThat(forward(1, 70_000, true, 0)).isNull();
    byte[] payload = java.util.Arrays.copyOf(MediaPayload.vp8(false, 1, 1, 0, 0, 0), 1450);
    read(1, 70_001, payload, Agreement.VP8);
    assertThat(slot.forward(packet, out, 0, result)).isEqualTo(DropReason.OVERSIZED);
    assertThat(slot.packetsSent()).isEqualTo(1);
    assertThat(slot.findSent((int) START + 1, 0, 0)).isEqualTo(-1);
  }

  @Test
  void aCodecThatTheClientHasNotIsRefused() {
    EgressSlot vp8Only = new EgressSlot(Agreement.slot("v0", Agreement.VP8, 0, 0), START, 1000);
    vp8Only.activate();
    vp8Only.assign(1, 1);
    read(1, 70_000, H264_KEYFRAME, Agreement.H264);
    assertThat(vp8Only.forward(packet, out, 0, result)).isEqualTo(DropReason.CODEC_NOT_NEGOTIATED);
  }

  @Test
  void reportsTimeByItsSourceAndElseByWhatItSent() {
    assertThat(slot.timestampAt(5, 0)).isEqualTo(-1);
    show(1);
    assertThat(forward(1, 70_000, true, 0)).isNull();
    assertThat(slot.timestampAt(-1, 1_000_000_000L + 70_000)).isEqualTo(1000 + 90_000);
    assertThat(slot.timestampAt(3000L * 70_000 + 4500, 0)).isEqualTo(1000 + 4500);
  }

  private void show(int streamId) {
    slot.activate();
    slot.assign(streamId, 0x1000 + streamId);
  }

  private @Nullable DropReason forward(int stream, long sequence, boolean keyframe, int index) {
    vp8(stream, sequence, keyframe, index);
    return slot.forward(packet, out, 0, result);
  }

  private @Nullable DropReason forwardH264(int stream, long sequence, byte[] payload) {
    read(stream, sequence, payload, Agreement.H264);
    return slot.forward(packet, out, 0, result);
  }

  private void vp8(int stream, long sequence, boolean keyframe, int index) {
    byte[] payload = MediaPayload.vp8(keyframe, index, (int) (sequence % 100), 640, 360, 0);
    read(stream, sequence, payload, Agreement.VP8);
  }

  private void read(int stream, long sequence, byte[] payload, NegotiatedCodec codec) {
    packet.setHeader(payload, 0, payload.length, sequence, 3000 * sequence, true);
    packet.setOrigin(stream, codec.parameters(), sequence);
    assertThat(
            PayloadReader.of(codec.parameters().codec())
                .read(payload, 0, payload.length, true, packet.facts()))
        .isTrue();
  }

  private static NegotiatedSection bothCodecs(NegotiatedSection one) {
    return new NegotiatedSection(
        one.mid(),
        one.kind(),
        List.of(Agreement.VP8, Agreement.H264),
        one.receiveExtensions(),
        one.sendExtensions(),
        null,
        one.slot(),
        true);
  }
}

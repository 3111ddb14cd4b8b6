package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.PayloadReader;
import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.egress.EgressSlot;
import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.ingress.PublisherClock;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.peer.MediaMeans;
import dev.sluice.core.peer.PeerSession;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSession;
import dev.sluice.core.testkit.Agreement;
import dev.sluice.core.testkit.HeapFootprint;
import dev.sluice.core.testkit.MediaPayload;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.PlainCiphers;
import dev.sluice.core.testkit.SimulatedPeer;
import dev.sluice.core.time.MediaClock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a stream and a slot hold, as docs/limits.md says it, summed over their real arrays. */
class MemoryTest {
  private static final long KIBIBYTE = 1024;

  @Test
  void aPublishedVideoStreamHoldsAtMostOneMebibyte() {
    assertThat(streamBytes(Agreement.VP8)).isBetween(768 * KIBIBYTE, 1024 * KIBIBYTE);
  }

  @Test
  void aPublishedAudioStreamHoldsAtMost64Kibibytes() {
    assertThat(streamBytes(Agreement.OPUS)).isBetween(32 * KIBIBYTE, 64 * KIBIBYTE);
  }

  @Test
  void aVideoSlotHoldsAtMost64Kibibytes() {
    assertThat(slotBytes(Agreement.VP8)).isBetween(16 * KIBIBYTE, 64 * KIBIBYTE);
  }

  @Test
  void anAudioSlotHoldsAtMost8Kibibytes() {
    assertThat(slotBytes(Agreement.OPUS)).isLessThanOrEqualTo(8 * KIBIBYTE);
  }

  private static long streamBytes(NegotiatedCodec codec) {
    PublishedTrack track =
        new PublishedTrack(
            new TrackId("t1"),
            new ParticipantId("p"),
            1,
            new PublisherClock(),
            Agreement.incoming("m", codec, List.of(), 1, 2, 0),
            PublishIntent.UNSPECIFIED);
    IngressStream stream = track.addStream(1, 1, "", null);
    return HeapFootprint.ofArrays(stream, track);
  }

  @Test
  void aPlayerThatIsSentNothingHoldsAtMost16Kibibytes() {
    NegotiatedSession session = Agreement.session(PeerPlan.watching("viewer", 1), 1);
    List<EgressSlot> slots =
        session.sections().stream()
            .filter(section -> section.slot() != null)
            .map(section -> new EgressSlot(section, 0x1_0000, 0))
            .toList();
    MediaMeans means = MediaMeans.with(new PlainCiphers());
    PeerSession peer =
        new PeerSession(new MediaClock(0, 0), means, 1, new byte[] {'c'}, () -> 0, /* tap= */ null);
    peer.renegotiate(session, List.of(), slots);
    peer.connect(SimulatedPeer.keys(1), batch -> {});

    long bytes = HeapFootprint.ofArrays(peer, means, session);
    for (EgressSlot slot : slots) {
      bytes += HeapFootprint.ofArrays(slot, slot.section());
    }

    assertThat(bytes).isBetween(4 * KIBIBYTE, 16 * KIBIBYTE);
  }

  /** Of one that has sent a packet: before, it holds next to nothing. */
  private static long slotBytes(NegotiatedCodec codec) {
    EgressSlot slot = new EgressSlot(Agreement.slot("m", codec, 0, 0), 0x1_0000, 0);
    MediaPacket packet = new MediaPacket();
    byte[] payload = MediaPayload.vp8(true, 0, 1, 320, 180, 0);
    packet.setHeader(payload, 0, payload.length, 0x1_0000, 0, true);
    packet.setOrigin(1, codec.parameters(), 0);
    PayloadReader.of(codec.parameters().codec())
        .read(payload, 0, payload.length, true, packet.facts());
    slot.activate();
    slot.assign(1, 0x1001);
    assertThat(slot.forward(packet, new byte[2_048], 0, new OutgoingPacket())).isNull();
    return HeapFootprint.ofArrays(slot, slot.section());
  }
}

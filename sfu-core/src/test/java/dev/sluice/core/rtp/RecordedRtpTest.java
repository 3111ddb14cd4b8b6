package dev.sluice.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("R6")
class RecordedRtpTest {

  private static final String RECORDINGS = "dev.sluice.core.rtp.RecordedPackets#all";

  @ParameterizedTest
  @MethodSource(RECORDINGS)
  void tellsWhatEachDatagramIs(RecordedPackets recording) {
    for (RecordedPackets.Packet packet : recording.packets()) {
      assertThat(PacketKind.classify(packet.bytes(), 0, packet.bytes().length).name())
          .isEqualTo(packet.kind());
    }
  }

  @ParameterizedTest
  @MethodSource(RECORDINGS)
  void parsesEveryRtpPacketOfABrowser(RecordedPackets recording) {
    for (byte[] packet : recording.ofKind("RTP")) {
      assertThat(RtpPacket.isValid(packet, 0, packet.length)).isTrue();
      RecordedPackets.Section section = recording.sectionOf(RtpPacket.payloadType(packet, 0));
      assertThat(section.kind()).isIn("audio", "video");
      int payload = RtpPacket.payloadLength(packet, 0, packet.length);
      int padding = RtpPacket.paddingLength(packet, 0, packet.length);
      assertThat(payload).isNotNegative();
      assertThat(RtpPacket.headerLength(packet, 0) + payload + padding).isEqualTo(packet.length);
    }
  }

  @ParameterizedTest
  @MethodSource(RECORDINGS)
  void findsMidAndRidOfTheFirstPacketOfEachMediaStream(RecordedPackets recording) {
    Map<Integer, String> rids = new HashMap<>();
    Set<Integer> seen = new HashSet<>();
    for (byte[] packet : recording.ofKind("RTP")) {
      RecordedPackets.Section section = recording.sectionOf(RtpPacket.payloadType(packet, 0));
      if (!seen.add(RtpPacket.ssrc(packet, 0))) {
        continue;
      }
      assertThat(text(packet, section.extensionId("sdes:mid"))).isEqualTo(section.mid());
      boolean rtx = section.originalPayloadTypes().containsKey(RtpPacket.payloadType(packet, 0));
      String extension = rtx ? "repaired-rtp-stream-id" : "sdes:rtp-stream-id";
      if (section.kind().equals("video") && !recording.name().contains("svc")) {
        String rid = text(packet, section.extensionId(extension));
        assertThat(rid).isIn("q", "h", "f");
        rids.put(RtpPacket.ssrc(packet, 0), rid);
      }
    }
    int layers = recording.name().contains("svc") ? 0 : 3;
    assertThat(new HashSet<>(rids.values())).hasSize(layers);
  }

  @ParameterizedTest
  @MethodSource(RECORDINGS)
  void findsAudioLevelInEveryAudioPacket(RecordedPackets recording) {
    int found = 0;
    for (byte[] packet : recording.ofKind("RTP")) {
      RecordedPackets.Section section = recording.sectionOf(RtpPacket.payloadType(packet, 0));
      if (!section.kind().equals("audio")) {
        continue;
      }
      long place = RtpPacket.findExtension(packet, 0, section.extensionId("ssrc-audio-level"));
      assertThat(place).isNotEqualTo(RtpPacket.NO_EXTENSION);
      assertThat(RtpPacket.extensionLength(place)).isEqualTo(AudioLevel.LENGTH);
      assertThat(AudioLevel.level(packet, RtpPacket.extensionOffset(place))).isBetween(0, 127);
      found++;
    }
    assertThat(found).isPositive();
  }

  @ParameterizedTest
  @MethodSource(RECORDINGS)
  void readsSendTimesThatRunWithTheClockOfTheRecording(RecordedPackets recording) {
    int previous = -1;
    for (byte[] packet : recording.ofKind("RTP")) {
      RecordedPackets.Section section = recording.sectionOf(RtpPacket.payloadType(packet, 0));
      long place = RtpPacket.findExtension(packet, 0, section.extensionId("abs-send-time"));
      if (place == RtpPacket.NO_EXTENSION) {
        continue;
      }
      int sendTime = AbsSendTime.read(packet, RtpPacket.extensionOffset(place));
      if (previous >= 0) {
        assertThat(AbsSendTime.nanosBetween(previous, sendTime))
            .isBetween(-100_000_000L, 8_000_000_000L);
      }
      previous = sendTime;
    }
    assertThat(previous).isNotNegative();
  }

  @ParameterizedTest
  @MethodSource(RECORDINGS)
  void restoresTheOriginalOfEachRetransmission(RecordedPackets recording) {
    for (byte[] packet : recording.ofKind("RTP")) {
      int payloadType = RtpPacket.payloadType(packet, 0);
      Integer original = recording.sectionOf(payloadType).originalPayloadTypes().get(payloadType);
      if (original == null) {
        continue;
      }
      int payload = RtpPacket.payloadLength(packet, 0, packet.length);
      int sequence = Rtx.originalSequence(packet, 0, packet.length);
      byte[] copy = packet.clone();
      boolean restored = Rtx.restoreOriginal(copy, 0, copy.length, original, 4711);
      assertThat(restored).isEqualTo(!Rtx.isPaddingOnly(packet, 0, packet.length));
      if (restored) {
        assertThat(RtpPacket.isValid(copy, 2, copy.length - 2)).isTrue();
        assertThat(RtpPacket.sequence(copy, 2)).isEqualTo(sequence);
        assertThat(RtpPacket.payloadLength(copy, 2, copy.length - 2)).isEqualTo(payload - 2);
      }
    }
  }

  private static String text(byte[] packet, int extensionId) {
    long place = RtpPacket.findExtension(packet, 0, extensionId);
    assertThat(place).isNotEqualTo(RtpPacket.NO_EXTENSION);
    String text =
        SdesText.read(packet, RtpPacket.extensionOffset(place), RtpPacket.extensionLength(place));
    assertThat(text).isNotNull();
    return String.valueOf(text);
  }
}

package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.RecordedPackets.Packet;
import dev.sluice.core.codec.RecordedPackets.Stream;
import dev.sluice.core.media.Codec;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What browsers sent, read by the payload readers and the dependency descriptor reader. */
@Tag("R4")
class RecordedPacketsTest {
  private static final String SVC = "chromium-156-vp9-svc-L3T3_KEY";

  private final PayloadFacts facts = new PayloadFacts();

  @ParameterizedTest
  @CsvSource({
    "chromium-156-vp8-simulcast,    q, VP8,  2, 320x180",
    "chromium-156-vp8-simulcast,    h, VP8,  2, 640x360",
    "chromium-156-vp8-simulcast,    f, VP8,  1, 1280x720",
    "firefox-153-vp8-simulcast,     q, VP8,  2, 320x180",
    "firefox-153-vp8-simulcast,     h, VP8,  2, 640x360",
    "firefox-153-vp8-simulcast,     f, VP8,  1, 1280x720",
    "chromium-156-vp9-simulcast-L1T3, q, VP9, 2, 320x180",
    "chromium-156-vp9-simulcast-L1T3, h, VP9, 1, 640x360",
    "chromium-156-vp9-simulcast-L1T3, f, VP9, 1, 1280x720",
    "chromium-156-h264-simulcast,   q, H264, 2, 320x180",
    "chromium-156-h264-simulcast,   h, H264, 2, 640x360",
    "chromium-156-h264-simulcast,   f, H264, 1, 1280x720",
    "chromium-156-av1-simulcast-L1T3, q, AV1, 2, 320x180",
    "chromium-156-av1-simulcast-L1T3, h, AV1, 1, 640x360",
    "chromium-156-av1-simulcast-L1T3, f, AV1, 1, 1280x720",
    "firefox-153-av1-simulcast,     q, AV1,  2, 320x180",
    "firefox-153-av1-simulcast,     h, AV1,  2, 640x360",
    "firefox-153-av1-simulcast,     f, AV1,  1, 1280x720",
  })
  void findsKeyframesAndSizesOfEachSimulcastLayer(
      String recording, String rid, Codec codec, int keyframes, String size) {
    List<Packet> packets = stream(recording, rid).packets();
    PayloadReader reader = PayloadReader.of(codec);
    Set<Long> keyframeTimestamps = new HashSet<>();
    Set<Long> expectedTimestamps = new HashSet<>();
    Set<String> sizes = new HashSet<>();
    for (Packet packet : packets) {
      assertThat(packet.codec).isEqualTo(codec);
      assertThat(read(reader, packet)).as("packet %d", packet.sequence).isTrue();
      if (facts.keyframe()) {
        keyframeTimestamps.add(packet.timestamp);
      }
      if (facts.width() >= 0) {
        sizes.add(facts.width() + "x" + facts.height());
      }
      if (carriesKeyframeSignature(packet)) {
        expectedTimestamps.add(packet.timestamp);
      }
    }
    assertThat(keyframeTimestamps).isEqualTo(expectedTimestamps).hasSize(keyframes);
    assertThat(sizes).containsExactly(size);
  }

  @ParameterizedTest
  @CsvSource({
    "chromium-156-vp8-simulcast",
    "firefox-153-vp8-simulcast",
    "chromium-156-vp9-simulcast-L1T3",
    "chromium-156-av1-simulcast-L1T3",
    "firefox-153-av1-simulcast",
    SVC,
  })
  void marksOneStartPerFrameAndTheEndAtTheMarker(String recording) {
    for (Stream stream : RecordedPackets.read(recording)) {
      Set<String> started = new HashSet<>();
      PayloadReader reader = PayloadReader.of(stream.packets().getFirst().codec);
      for (Packet packet : stream.packets()) {
        assertThat(read(reader, packet)).isTrue();
        String frame = packet.timestamp + "/" + facts.spatialId();
        if (facts.frameStart()) {
          assertThat(started.add(frame)).as("second start of frame %s", frame).isTrue();
        }
        assertThat(started).as("start of frame %s", frame).contains(frame);
        if (packet.marker) {
          assertThat(facts.frameEnd()).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "chromium-156-av1-simulcast-L1T3, q, 021202120212021202120212",
    "chromium-156-av1-simulcast-L1T3, h, 021202120212021202120",
    "chromium-156-av1-simulcast-L1T3, f, 02120212",
    "chromium-156-vp8-simulcast, h, 0212021202120212021200",
    "chromium-156-vp8-simulcast, q, 0212021202120212021200212",
    "chromium-156-vp8-simulcast, f, 02120212021",
    "chromium-156-vp9-simulcast-L1T3, q, 0202120212021202120212021",
    "chromium-156-vp9-simulcast-L1T3, h, 0212021202120212",
    "chromium-156-vp9-simulcast-L1T3, f, 02120212",
    "firefox-153-av1-simulcast, q, 0101010101010101010101010",
    "firefox-153-av1-simulcast, h, 0101010101010101010101010",
    "firefox-153-av1-simulcast, f, 0101010101010101010101010",
    "firefox-153-vp8-simulcast, h, 0101001010101010101010101",
    "firefox-153-vp8-simulcast, q, 0101001010101010101010101",
    "firefox-153-vp8-simulcast, f, 010101010101010101",
  })
  void readsTemporalLayers(String recording, String rid, String pictures) {
    List<Packet> packets = stream(recording, rid).packets();
    PayloadReader reader = PayloadReader.of(packets.getFirst().codec);
    StringBuilder temporalIds = new StringBuilder();
    for (Packet packet : packets) {
      assertThat(read(reader, packet)).isTrue();
      if (facts.frameStart()) {
        temporalIds.append(facts.temporalId());
      }
    }
    assertThat(temporalIds).hasToString(pictures);
  }

  @Test
  void readsTheLayersOfSvcWithKeyPictures() {
    List<Packet> packets = stream(SVC, "").packets();
    PayloadReader reader = PayloadReader.of(Codec.VP9);
    Set<String> layers = new TreeSet<>();
    Set<String> sizes = new TreeSet<>();
    int keyframes = 0;
    for (Packet packet : packets) {
      assertThat(read(reader, packet)).isTrue();
      layers.add(facts.spatialId() + "." + facts.temporalId());
      for (int layer = 0; layer < facts.spatialLayers(); layer++) {
        sizes.add(layer + ":" + facts.layerWidth(layer) + "x" + facts.layerHeight(layer));
      }
      keyframes += facts.keyframe() ? 1 : 0;
      // Key pictures alone predict between layers in this mode, and there each layer can be joined.
      assertThat(facts.interLayerPredicted() && facts.frameStart())
          .isEqualTo(facts.spatialSwitchUp() && facts.spatialId() > 0 && facts.frameStart());
    }
    assertThat(keyframes).isEqualTo(2);
    assertThat(layers)
        .containsExactly("0.0", "0.1", "0.2", "1.0", "1.1", "1.2", "2.0", "2.1", "2.2");
    assertThat(sizes).containsExactly("0:320x180", "1:640x360", "2:1280x720");
  }

  @ParameterizedTest
  @CsvSource({"chromium-156-h264-simulcast", "firefox-153-av1-simulcast"})
  void dependencyDescriptorsAgreeWithThePayload(String recording) {
    PayloadFacts payloadFacts = new PayloadFacts();
    for (Stream stream : RecordedPackets.read(recording)) {
      PayloadReader reader = PayloadReader.of(stream.packets().getFirst().codec);
      DependencyDescriptorReader descriptors = new DependencyDescriptorReader();
      int keyframes = 0;
      for (Packet packet : stream.packets()) {
        byte[] descriptor = Objects.requireNonNull(packet.dependencyDescriptor);
        byte[] payload = packet.payload;
        assertThat(reader.read(payload, 0, payload.length, packet.marker, payloadFacts)).isTrue();
        assertThat(descriptors.read(descriptor, 0, descriptor.length, facts))
            .as("packet %d", packet.sequence)
            .isTrue();
        assertThat(facts.frameEnd()).isEqualTo(packet.marker);
        if (facts.keyframe()) {
          keyframes++;
          assertThat(payloadFacts.keyframe()).isTrue();
          assertThat(payloadFacts.parameterSets()).isTrue();
          assertThat(descriptors.structureAttached()).isTrue();
          if (facts.width() >= 0) {
            assertThat(facts.width()).isEqualTo(payloadFacts.width());
            assertThat(facts.height()).isEqualTo(payloadFacts.height());
          }
        }
        if (facts.frameStart()) {
          assertThat(payloadFacts.frameStart()).isTrue();
        }
        assertThat(facts.spatialId()).isZero();
        if (packet.codec == Codec.AV1) {
          assertThat(facts.temporalId()).isEqualTo(payloadFacts.temporalId());
        }
      }
      assertThat(keyframes).isEqualTo(stream.rid().equals("f") ? 1 : 2);
    }
  }

  private boolean read(PayloadReader reader, Packet packet) {
    return reader.read(packet.payload, 0, packet.payload.length, packet.marker, facts);
  }

  private static Stream stream(String recording, String rid) {
    return RecordedPackets.read(recording).stream()
        .filter(stream -> stream.rid().equals(rid))
        .findFirst()
        .orElseThrow();
  }

  /** Looks for what only keyframes contain, without a look at any descriptor. */
  private static boolean carriesKeyframeSignature(Packet packet) {
    String hex = HexFormat.of().formatHex(packet.payload);
    String start = hex.substring(0, Math.min(hex.length(), 64));
    return switch (packet.codec) {
      // The start code behind the frame tag, and the frame sync code.
      case VP8 -> start.contains("9d012a");
      case VP9 -> start.contains("498342");
      // Constrained baseline parameter sets; a sequence header as the first of several OBUs.
      case H264 -> start.contains("6742c0");
      case AV1 -> start.matches("[26]8..08.*");
      default -> throw new AssertionError(packet.codec);
    };
  }
}

package dev.sluice.core.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.DependencyDescriptorReader;
import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.PayloadReader;
import dev.sluice.core.media.Codec;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.testkit.Agreement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Spatial layers of AV1 to receivers that have negotiated the dependency descriptor, and to others.
 */
@Tag("B7")
@Tag("R4")
class SlotWithoutDescriptorTest {
  private static final int PICTURES = 9;

  private final DependencyDescriptorReader descriptors = new DependencyDescriptorReader();
  private final MediaPacket packet = new MediaPacket();
  private final OutgoingPacket result = new OutgoingPacket();
  private final byte[] out = new byte[1500];

  @Test
  void withTheDescriptorAllLayersGoOut() {
    List<Integer> layers = show(Agreement.slot("v0", Agreement.AV1, 0, 0));
    assertThat(layers).hasSize(3 * PICTURES).contains(0, 1, 2);
  }

  @Test
  void withoutItAPictureIsOneFrame() {
    List<Integer> layers = show(withoutDescriptor());
    assertThat(layers).hasSize(PICTURES).containsOnly(0);
  }

  @Test
  void aLayerThatItCannotTakeIsNotWaitedFor() {
    EgressSlot slot = slot(withoutDescriptor());
    slot.limitLayers(0, LayerFilter.ALL);
    forward(slot, new LayeredSource(0, Codec.AV1, 3, 3, false, 1, 70_000).next(true));
    slot.limitLayers(2, LayerFilter.ALL);
    assertThat(slot.awaitsKeyframe()).isFalse();
  }

  private static NegotiatedSection withoutDescriptor() {
    NegotiatedSection agreed = Agreement.slot("v0", Agreement.AV1, 0, 0);
    Map<HeaderExtension, Integer> ids = new HashMap<>(agreed.sendExtensions());
    ids.remove(HeaderExtension.DEPENDENCY_DESCRIPTOR);
    return new NegotiatedSection(
        agreed.mid(),
        agreed.kind(),
        agreed.codecs(),
        ids,
        ids,
        agreed.incoming(),
        agreed.slot(),
        agreed.reducedSizeRtcp());
  }

  private static EgressSlot slot(NegotiatedSection section) {
    EgressSlot slot = new EgressSlot(section, 0x1_0000L + 100, 5000);
    slot.activate();
    slot.assign(0, 0x1000);
    return slot;
  }

  /** Sends some pictures; answers the spatial layer of each packet that goes out. */
  private List<Integer> show(NegotiatedSection section) {
    EgressSlot slot = slot(section);
    LayeredSource source = new LayeredSource(0, Codec.AV1, 3, 3, false, 1, 70_000);
    List<Integer> layers = new ArrayList<>();
    for (int picture = 0; picture < PICTURES; picture++) {
      List<Integer> shown = forward(slot, source.next(picture == 0));
      assertThat(RtpPacket.marker(out, 0)).as("the last one ends the picture").isTrue();
      layers.addAll(shown);
    }
    return layers;
  }

  private List<Integer> forward(EgressSlot slot, List<LayeredSource.Packet> picture) {
    PayloadReader payloads = PayloadReader.of(Codec.AV1);
    List<Integer> layers = new ArrayList<>();
    for (LayeredSource.Packet each : picture) {
      int descriptor = each.descriptor().length;
      int length = each.payload().length;
      byte[] bytes = Arrays.copyOf(each.descriptor(), descriptor + length);
      System.arraycopy(each.payload(), 0, bytes, descriptor, length);
      packet.setHeader(bytes, descriptor, length, each.sequence(), each.timestamp(), each.marker());
      packet.setOrigin(0, Agreement.AV1.parameters(), each.timestamp());
      payloads.read(bytes, descriptor, length, each.marker(), packet.facts());
      packet.setDependencyDescriptor(0, descriptor);
      assertThat(descriptors.read(bytes, 0, descriptor, packet.facts())).isTrue();
      if (slot.forward(packet, out, 0, result) == null) {
        layers.add(packet.spatialId());
      }
    }
    return layers;
  }
}

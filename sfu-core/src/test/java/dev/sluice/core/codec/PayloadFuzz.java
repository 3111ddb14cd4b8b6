package dev.sluice.core.codec;

import static dev.sluice.core.testkit.fuzz.FuzzTarget.require;

import dev.sluice.core.codec.RecordedPackets.Packet;
import dev.sluice.core.codec.RecordedPackets.Stream;
import dev.sluice.core.media.Codec;
import dev.sluice.core.testkit.fuzz.FuzzTarget;
import dev.sluice.core.testkit.fuzz.Poison;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Payload descriptors, the dependency descriptor, redundant audio and the layers allocation as fuzz
 * targets.
 */
public final class PayloadFuzz {
  private static final List<String> RECORDINGS =
      List.of(
          "chromium-156-vp8-simulcast",
          "chromium-156-vp9-svc-L3T3_KEY",
          "chromium-156-h264-simulcast",
          "firefox-153-av1-simulcast");
  private static final int MAX_SEEDS = 12;
  private static final int SEED_BYTES = 120;
  private static final int LONGEST_FRAME_DIFF = 1 << 12;

  private PayloadFuzz() {}

  public static List<FuzzTarget> targets() {
    return List.of(
        payload('8', Codec.VP8),
        payload('9', Codec.VP9),
        payload('4', Codec.H264),
        payload('5', Codec.H265),
        payload('1', Codec.AV1),
        new FuzzTarget('d', "dependency-descriptor", PayloadFuzz::readDescriptors, descriptors()),
        new FuzzTarget(
            'e',
            "red",
            PayloadFuzz::readRed,
            List.of(new byte[] {(byte) 0xEF, 0, 4, 1, 111, 7, 8})),
        new FuzzTarget('v', "video-layers-allocation", PayloadFuzz::readAllocation, allocations()));
  }

  private static FuzzTarget payload(char key, Codec codec) {
    List<byte[]> seeds = new ArrayList<>();
    for (Packet packet : recorded()) {
      if (packet.codec == codec && packet.payload.length > 0 && seeds.size() < MAX_SEEDS) {
        seeds.add(Arrays.copyOf(packet.payload, Math.min(SEED_BYTES, packet.payload.length)));
      }
    }
    if (codec == Codec.H265) {
      // No browser of the recordings sends it: parameter sets and an IDR in one, and a fragment.
      seeds.add(HexFormat.of().parseHex("6001000442010101000526010a0b0c"));
      seeds.add(HexFormat.of().parseHex("620193aabbccdd"));
    }
    return new FuzzTarget(
        key, codec.encodingName().toLowerCase(Locale.ROOT), it -> read(codec, it), seeds);
  }

  /** The facts lie within the payload, and a rewritten descriptor says what it should. */
  private static void read(Codec codec, byte[] input) {
    if (input.length == 0) {
      return;
    }
    Poison.readTwice(
        input,
        (bytes, length) -> {
          PayloadFacts facts = new PayloadFacts();
          if (!PayloadReader.of(codec).read(bytes, Poison.FRONT, length, false, facts)) {
            return "malformed";
          }
          return PayloadReaderTest.describe(facts) + rewrite(codec, bytes, length, facts);
        });
  }

  private static String rewrite(Codec codec, byte[] bytes, int length, PayloadFacts facts) {
    require(
        facts.descriptorLength() >= 0 && facts.descriptorLength() <= length,
        "a descriptor longer than its payload");
    DescriptorRewriter rewriter = DescriptorRewriter.of(codec);
    byte[] out = new byte[facts.descriptorLength() + DescriptorRewriter.MAX_GROWTH];
    int written = rewriter.rewrite(bytes, Poison.FRONT, facts, out, 0);
    require(written <= out.length, "a descriptor that grew more than was promised");
    if (written <= 0) {
      return "";
    }
    int payload = length - facts.descriptorLength();
    byte[] packet = Arrays.copyOf(out, written + payload);
    System.arraycopy(bytes, Poison.FRONT + facts.descriptorLength(), packet, written, payload);
    PayloadFacts again = new PayloadFacts();
    require(
        PayloadReader.of(codec).read(packet, 0, packet.length, false, again)
            && again.keyframe() == facts.keyframe()
            && again.temporalId() == facts.temporalId()
            && again.spatialId() == facts.spatialId()
            && again.descriptorLength() == written,
        "a rewritten descriptor that says something else");
    return Arrays.toString(Arrays.copyOf(out, written));
  }

  /** Several descriptors in a row, each behind its length: a structure is kept for the next. */
  private static void readDescriptors(byte[] input) {
    DependencyDescriptorReader reader = new DependencyDescriptorReader();
    DependencyDescriptorReader among = new DependencyDescriptorReader();
    int at = 0;
    while (at < input.length) {
      int length = Math.min(input[at] & 0xFF, input.length - at - 1);
      byte[] one = Arrays.copyOfRange(input, at + 1, at + 1 + length);
      at += 1 + length;
      boolean[] second = {false};
      Poison.readTwice(
          one,
          (bytes, size) -> {
            DependencyDescriptorReader its = second[0] ? among : reader;
            second[0] = true;
            PayloadFacts facts = new PayloadFacts();
            facts.reset();
            boolean ok = its.read(bytes, Poison.FRONT, size, facts);
            return ok ? PayloadReaderTest.describe(facts) + describe(its) : "malformed";
          });
    }
  }

  private static String describe(DependencyDescriptorReader reader) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < reader.decodeTargets(); i++) {
      int indication = reader.indication(i);
      require(
          indication >= DependencyDescriptorReader.NOT_PRESENT
              && indication <= DependencyDescriptorReader.REQUIRED,
          "an indication that does not exist");
      text.append(indication).append(reader.targetSpatialId(i)).append(reader.targetTemporalId(i));
      if (reader.chains() > 0) {
        require(reader.protectingChain(i) <= reader.chains(), "a chain that does not exist");
      }
    }
    for (int i = 0; i < reader.frameDiffs(); i++) {
      int diff = reader.frameDiff(i);
      require(diff > 0 && diff <= LONGEST_FRAME_DIFF, "a frame that depends on a later one");
      text.append(' ').append(diff);
    }
    for (int i = 0; i < reader.chains(); i++) {
      text.append(',').append(reader.chainDiff(i));
    }
    return text.append(reader.activeDecodeTargets()).toString();
  }

  private static void readRed(byte[] input) {
    Poison.readTwice(
        input,
        (bytes, length) -> {
          int primary = RedPayload.primaryOffset(bytes, Poison.FRONT, length);
          int type = RedPayload.primaryPayloadType(bytes, Poison.FRONT, length);
          require(
              primary == -1 || (primary > Poison.FRONT && primary < Poison.FRONT + length),
              "primary data outside of the payload");
          require(primary == -1 || type >= 0, "primary data without a type");
          return primary + ":" + type;
        });
  }

  /** What is said is within what the fields hold, and one that is refused says nothing. */
  private static void readAllocation(byte[] input) {
    Poison.readTwice(
        input,
        (bytes, length) -> {
          VideoLayersAllocation allocation = new VideoLayersAllocation();
          boolean ok = allocation.read(bytes, Poison.FRONT, length);
          StringBuilder said = new StringBuilder().append(ok).append(allocation.streamIndex());
          for (int layer = 0; layer <= VideoLayersAllocation.MAX_SPATIAL_LAYERS; layer++) {
            boolean active = allocation.active(layer);
            int width = allocation.width(layer);
            int height = allocation.height(layer);
            int rate = allocation.framesPerSecond(layer);
            long bitrateBps = allocation.targetBps(layer);
            require(ok || !active, "a refused element that says that a layer is sent");
            require(
                active || (width | height | rate | bitrateBps) == 0, "a layer that is not sent");
            require(
                width >= 0 && width <= 1 << 16 && height >= 0 && height <= 1 << 16,
                "a size that 16 bits do not hold");
            require(rate >= 0 && rate <= 0xFF, "a frame rate that a byte does not hold");
            require(bitrateBps >= 0, "a negative bit rate");
            said.append(active).append(width).append(' ').append(height).append(' ').append(rate);
            said.append(' ').append(bitrateBps).append(';');
          }
          return said.toString();
        });
  }

  /** One recorded stream; two of different layers; nothing. */
  private static List<byte[]> allocations() {
    HexFormat hex = HexFormat.of();
    return List.of(
        hex.parseHex("01803c5a9601013f00b314"),
        hex.parseHex("5013000a141e009f00590f013f00b31e027f01671e"),
        hex.parseHex("00"));
  }

  private static List<byte[]> descriptors() {
    List<byte[]> seeds = new ArrayList<>();
    for (Packet packet : recorded()) {
      byte[] descriptor = packet.dependencyDescriptor;
      if (descriptor != null && seeds.size() < MAX_SEEDS) {
        byte[] seed = new byte[descriptor.length + 1];
        seed[0] = (byte) descriptor.length;
        System.arraycopy(descriptor, 0, seed, 1, descriptor.length);
        seeds.add(seed);
      }
    }
    return seeds;
  }

  private static List<Packet> recorded() {
    List<Packet> packets = new ArrayList<>();
    for (String recording : RECORDINGS) {
      for (Stream stream : RecordedPackets.read(recording)) {
        packets.addAll(stream.packets());
      }
    }
    return packets;
  }
}

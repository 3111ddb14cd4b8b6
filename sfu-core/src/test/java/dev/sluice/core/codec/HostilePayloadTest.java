package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.RecordedPackets.Packet;
import dev.sluice.core.codec.RecordedPackets.Stream;
import dev.sluice.core.media.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random, cut and damaged input. Each payload is read twice, between zeros and between ones and up
 * to the array's very end: a read outside of it shows as an exception or as a difference.
 */
@Tag("R4")
class HostilePayloadTest {
  private static final long SEED = 20_261_121L;
  private static final int ROUNDS = 20_000;
  private static final int FRONT = 5;
  private static final List<String> RECORDINGS =
      List.of(
          "chromium-156-vp8-simulcast",
          "chromium-156-vp9-svc-L3T3_KEY",
          "chromium-156-vp9-simulcast-L1T3",
          "chromium-156-h264-simulcast",
          "firefox-153-av1-simulcast");

  private final PayloadFacts facts = new PayloadFacts();
  private final PayloadFacts factsAmongOnes = new PayloadFacts();

  @ParameterizedTest
  @EnumSource(Codec.class)
  void readsAnyPayloadWithinItsBounds(Codec codec) {
    Random random = new Random(SEED);
    List<byte[]> samples = samples(codec);
    PayloadReader reader = PayloadReader.of(codec);
    DescriptorRewriter rewriter = DescriptorRewriter.of(codec);
    int wellFormed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] payload = mutate(samples, random);
      Supplier<String> what = inWords(round, payload);
      byte[] amongZeros = surround(payload, (byte) 0);
      byte[] amongOnes = surround(payload, (byte) 0xFF);
      int length = payload.length;
      boolean ok = reader.read(amongZeros, FRONT, length, false, facts);
      assertThat(reader.read(amongOnes, FRONT, length, false, factsAmongOnes))
          .as(what)
          .isEqualTo(ok);
      if (ok) {
        wellFormed++;
        assertThat(PayloadReaderTest.describe(factsAmongOnes))
            .as(what)
            .isEqualTo(PayloadReaderTest.describe(facts));
        assertThat(facts.descriptorLength()).as(what).isBetween(0, length);
        rewriteWithinBounds(rewriter, amongZeros, random, what);
      }
    }
    assertThat(wellFormed).as("well-formed payloads, seed %d", SEED).isGreaterThan(ROUNDS / 20);
  }

  private void rewriteWithinBounds(
      DescriptorRewriter rewriter, byte[] bytes, Random random, Supplier<String> what) {
    switch (random.nextInt(8)) {
      case 0 -> rewriter.sourceChanged();
      case 1 -> rewriter.pictureDropped(facts);
      default -> {
        // Not a byte more than what is promised to be enough.
        byte[] out = new byte[facts.descriptorLength() + DescriptorRewriter.MAX_GROWTH];
        int written = rewriter.rewrite(bytes, FRONT, facts, out, 0);
        assertThat(written).as(what).isBetween(DescriptorRewriter.NOT_FORWARDABLE, out.length);
        if (written >= 0) {
          byte[] again = new byte[out.length];
          long token = rewriter.mappingToken();
          assertThat(rewriter.rewriteWith(token, bytes, FRONT, facts, again, 0))
              .as(what)
              .isEqualTo(written);
          assertThat(again).as(what).isEqualTo(out);
        }
      }
    }
  }

  @Test
  void readsAnyDependencyDescriptorWithinItsBounds() {
    Random random = new Random(SEED);
    List<byte[]> samples = new ArrayList<>();
    for (String recording : RECORDINGS) {
      for (Stream stream : RecordedPackets.read(recording)) {
        for (Packet packet : stream.packets()) {
          if (packet.dependencyDescriptor != null) {
            samples.add(packet.dependencyDescriptor);
          }
        }
      }
    }
    DependencyDescriptorReader reader = new DependencyDescriptorReader();
    DependencyDescriptorReader readerAmongOnes = new DependencyDescriptorReader();
    int wellFormed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] descriptor = mutate(samples, random);
      Supplier<String> what = inWords(round, descriptor);
      facts.reset();
      factsAmongOnes.reset();
      boolean ok = reader.read(surround(descriptor, (byte) 0), FRONT, descriptor.length, facts);
      byte[] amongOnes = surround(descriptor, (byte) 0xFF);
      assertThat(readerAmongOnes.read(amongOnes, FRONT, descriptor.length, factsAmongOnes))
          .as(what)
          .isEqualTo(ok);
      String said = PayloadReaderTest.describe(facts);
      assertThat(PayloadReaderTest.describe(factsAmongOnes)).as(what).isEqualTo(said);
      if (ok) {
        wellFormed++;
      } else {
        assertThat(said).as(what).isEqualTo("says nothing");
      }
    }
    assertThat(wellFormed).as("seed %d", SEED).isGreaterThan(ROUNDS / 20);
  }

  @Test
  void findsAPrimaryEncodingOnlyWithinThePayload() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] payload = new byte[random.nextInt(24)];
      random.nextBytes(payload);
      int offset = RedPayload.primaryOffset(surround(payload, (byte) 0xFF), FRONT, payload.length);
      assertThat(offset == -1 || (offset > FRONT && offset < FRONT + payload.length))
          .as(inWords(round, payload))
          .isTrue();
    }
  }

  private static Supplier<String> inWords(int round, byte[] input) {
    return () -> "seed %d, round %d: %s".formatted(SEED, round, Arrays.toString(input));
  }

  private static List<byte[]> samples(Codec codec) {
    List<byte[]> samples = new ArrayList<>();
    for (String recording : RECORDINGS) {
      for (Stream stream : RecordedPackets.read(recording)) {
        for (Packet packet : stream.packets()) {
          if (packet.codec == codec) {
            samples.add(Arrays.copyOf(packet.payload, Math.min(80, packet.payload.length)));
          }
        }
      }
    }
    return samples;
  }

  /** A random payload, or a recorded one with some bits turned and its end cut off. */
  private static byte[] mutate(List<byte[]> samples, Random random) {
    if (samples.isEmpty() || random.nextInt(3) == 0) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      return bytes;
    }
    byte[] sample = samples.get(random.nextInt(samples.size()));
    byte[] bytes = Arrays.copyOf(sample, 1 + random.nextInt(sample.length));
    for (int flips = random.nextInt(4); flips > 0; flips--) {
      bytes[random.nextInt(Math.min(20, bytes.length))] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  /** The payload behind a few bytes, reaching to the array's end if they are zeros. */
  private static byte[] surround(byte[] payload, byte filler) {
    byte[] bytes = new byte[FRONT + payload.length + (filler == 0 ? 0 : 300)];
    Arrays.fill(bytes, filler);
    System.arraycopy(payload, 0, bytes, FRONT, payload.length);
    return bytes;
  }
}

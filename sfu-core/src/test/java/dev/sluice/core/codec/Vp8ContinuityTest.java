package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random sources, losses, reordering, temporal limits and switches against a plain model of what a
 * receiver must see. The model knows the whole input; the rewriter sees one packet at a time.
 */
@Tag("R4")
class Vp8ContinuityTest {
  private static final int SWITCHES = 40;
  private static final int[] TEMPORAL_PATTERN = {0, 2, 1, 2};

  private final PayloadFacts facts = new PayloadFacts();
  private final PayloadFacts outFacts = new PayloadFacts();
  private final PayloadReader reader = PayloadReader.of(Codec.VP8);
  private final DescriptorRewriter rewriter = DescriptorRewriter.of(Codec.VP8);
  private final byte[] out = new byte[64];

  // What the receiver has: full numbers, unwrapped from what came out.
  private long highestOut = -1;
  private long lastOfPreviousSource = -1;
  private int lastTl0 = -1;
  private boolean begun;

  /** One packet of a source: the picture's place in its source, and its bytes. */
  private record Packet(int picture, int part, int temporalId, boolean dropped, Descriptor bytes) {}

  /** Bytes of a payload. */
  private static final class Descriptor {
    final byte[] bytes;

    Descriptor(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  /** What went out first, to be compared with its retransmission. */
  private record Sent(Packet packet, long token, String descriptor) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233})
  void keepsOneContinuousStreamOverLossReorderingAndSwitches(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < SWITCHES; i++) {
      playSource(random, "seed " + seed + ", source " + i);
      if (random.nextInt(4) == 0) {
        // A second change before anything was sent changes nothing.
        rewriter.sourceChanged();
      }
      rewriter.sourceChanged();
    }
    assertThat(highestOut).as("seed %d", seed).isGreaterThan(SWITCHES);
  }

  private void playSource(Random random, String where) {
    List<Packet> packets = source(random);
    Map<Integer, Long> numbers = new HashMap<>();
    Map<Integer, Integer> tl0OfBase = new HashMap<>();
    List<Sent> sent = new ArrayList<>();
    int highestSeen = -1;
    int highestSent = -1;
    int closed = 0;
    long base = -1;
    Map<Integer, Integer> closedBefore = new HashMap<>();
    for (Packet packet : packets) {
      byte[] bytes = packet.bytes.bytes;
      assertThat(reader.read(bytes, 0, bytes.length, false, facts)).isTrue();
      String at = where + ", picture " + packet.picture;
      for (int picture = highestSeen + 1; picture <= packet.picture; picture++) {
        closedBefore.put(picture, closed);
      }
      if (packet.dropped) {
        rewriter.pictureDropped(facts);
        closed += packet.picture > highestSeen ? 1 : 0;
        highestSeen = Math.max(highestSeen, packet.picture);
        continue;
      }
      highestSeen = Math.max(highestSeen, packet.picture);
      highestSent = Math.max(highestSent, packet.picture);
      int length = rewriter.rewrite(bytes, 0, facts, out, 0);
      assertThat(length).as(at).isPositive();
      String descriptor = Arrays.toString(Arrays.copyOf(out, length));
      sent.add(new Sent(packet, rewriter.mappingToken(), descriptor));
      out[length] = bytes[facts.descriptorLength()];
      assertThat(reader.read(out, 0, length + 1, false, outFacts)).as(at).isTrue();
      assertThat(outFacts.pictureIdBits()).as(at).isEqualTo(15);
      assertThat(outFacts.temporalId()).as(at).isEqualTo(packet.temporalId);
      assertThat(outFacts.frameStart()).as(at).isEqualTo(packet.part == 0);
      assertThat(outFacts.keyframe()).as(at).isEqualTo(facts.keyframe());

      long number = unwrapOut(outFacts.pictureId());
      if (base < 0) {
        base = number;
        assertThat(!begun || base == lastOfPreviousSource + 1).as(at).isTrue();
      }
      int gaps = closedBefore.getOrDefault(packet.picture, 0);
      assertThat(number).as(at).isEqualTo(base + packet.picture - gaps);
      assertThat(numbers.getOrDefault(packet.picture, number)).as(at).isEqualTo(number);
      numbers.put(packet.picture, number);
      checkTl0(packet, tl0OfBase, at);
      begun = true;
    }
    checkOrder(numbers, where);
    lastOfPreviousSource = base + highestSeen - closed;
    highestOut = lastOfPreviousSource;
    lastTl0 = (lastTl0 + highestSent / TEMPORAL_PATTERN.length + 1) & 0xFF;
    checkRetransmissions(sent, random, where);
  }

  /** Every fourth picture is of the base layer; all four share its index. */
  private void checkTl0(Packet packet, Map<Integer, Integer> tl0OfBase, String at) {
    int group = packet.picture / TEMPORAL_PATTERN.length;
    int tl0 = outFacts.tl0PicIdx();
    if (begun) {
      assertThat(tl0).as(at).isEqualTo((lastTl0 + 1 + group) & 0xFF);
    } else {
      lastTl0 = (tl0 - 1 - group) & 0xFF;
    }
    assertThat(tl0OfBase.getOrDefault(group, tl0)).as(at).isEqualTo(tl0);
    tl0OfBase.put(group, tl0);
  }

  private static void checkOrder(Map<Integer, Long> numbers, String where) {
    List<Integer> pictures = new ArrayList<>(numbers.keySet());
    Collections.sort(pictures);
    for (int i = 1; i < pictures.size(); i++) {
      assertThat(numbers.get(pictures.get(i)))
          .as("%s, picture %d", where, pictures.get(i))
          .isGreaterThan(numbers.get(pictures.get(i - 1)));
    }
  }

  private void checkRetransmissions(List<Sent> sent, Random random, String where) {
    Collections.shuffle(sent, random);
    for (Sent one : sent.subList(0, Math.min(20, sent.size()))) {
      byte[] bytes = one.packet.bytes.bytes;
      assertThat(reader.read(bytes, 0, bytes.length, false, facts)).isTrue();
      int length = rewriter.rewriteWith(one.token, bytes, 0, facts, out, 0);
      assertThat(Arrays.toString(Arrays.copyOf(out, length)))
          .as("%s, picture %d again", where, one.packet.picture)
          .isEqualTo(one.descriptor);
    }
  }

  private long unwrapOut(int pictureId) {
    if (highestOut < 0) {
      highestOut = pictureId;
    }
    long number = highestOut + ((pictureId - highestOut) << 49 >> 49);
    highestOut = Math.max(highestOut, number);
    return number;
  }

  /** One source's packets in order of arrival: a keyframe first, then whatever comes through. */
  private static List<Packet> source(Random random) {
    boolean wide = random.nextBoolean();
    int modulus = wide ? 0x8000 : 0x80;
    // Half of the sources begin shortly before their ids wrap.
    int firstId = random.nextBoolean() ? modulus - 1 - random.nextInt(20) : random.nextInt(modulus);
    int firstTl0 = random.nextBoolean() ? 250 + random.nextInt(6) : random.nextInt(256);
    int firstKeyIdx = random.nextInt(32);
    int pictures = 5 + random.nextInt(400);
    int temporalLimit = random.nextInt(3);
    List<Packet> packets = new ArrayList<>();
    for (int picture = 0; picture < pictures; picture++) {
      if (picture % 60 == 59) {
        temporalLimit = random.nextInt(3);
      }
      int temporalId = TEMPORAL_PATTERN[picture % TEMPORAL_PATTERN.length];
      int parts = 1 + random.nextInt(4);
      for (int part = 0; part < parts; part++) {
        boolean lost = picture > 0 && random.nextInt(12) == 0;
        if (!lost) {
          int id = (firstId + picture) % modulus;
          int tl0 = (firstTl0 + picture / TEMPORAL_PATTERN.length) & 0xFF;
          Descriptor bytes = payload(wide, id, tl0, temporalId, firstKeyIdx, picture == 0, part);
          packets.add(new Packet(picture, part, temporalId, temporalId > temporalLimit, bytes));
        }
      }
    }
    reorder(packets, random);
    return packets;
  }

  /** Moves some packets back by up to 30 places; nothing gets in front of the keyframe's start. */
  private static void reorder(List<Packet> packets, Random random) {
    for (int i = packets.size() - 1; i > 0; i--) {
      if (random.nextInt(10) == 0) {
        Packet late = packets.remove(i);
        packets.add(Math.min(packets.size(), i + random.nextInt(30)), late);
      }
    }
  }

  private static Descriptor payload(
      boolean wide, int id, int tl0, int temporalId, int keyIdx, boolean keyframe, int part) {
    byte[] bytes = new byte[wide ? 7 : 6];
    int at = 0;
    bytes[at++] = (byte) (0x80 | (part == 0 ? 0x10 : 0));
    bytes[at++] = (byte) 0xF0;
    if (wide) {
      bytes[at++] = (byte) (0x80 | id >> 8);
    }
    bytes[at++] = (byte) id;
    bytes[at++] = (byte) tl0;
    bytes[at++] = (byte) (temporalId << 6 | keyIdx);
    bytes[at] = (byte) (keyframe ? 0 : 1);
    return new Descriptor(bytes);
  }
}

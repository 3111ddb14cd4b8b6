package dev.sluice.core.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.DependencyDescriptorReader;
import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.PayloadFacts;
import dev.sluice.core.codec.PayloadReader;
import dev.sluice.core.media.Codec;
import dev.sluice.core.media.DropReason;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import dev.sluice.core.testkit.Agreement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One slot under any interleaving of loss, reordering, wrap-around, switches of stream and changes
 * of limits (duplicates end at ingress). A receiver that knows what every frame refers to checks
 * what comes out. A failure names the seed that shows it again.
 */
@Tag("R4")
@Tag("B7")
@Tag("M3")
class LayeredSlotPropertyTest {
  private static final int PICTURES = 400;
  private static final int REPEATS = 6;

  /** What came out under one number. */
  private record Sent(
      long sequence, long timestamp, boolean marker, int stream, int frame, String payload) {}

  @ParameterizedTest(name = "{0}, {1} spatial, {2} temporal layers, K-SVC {3}")
  @CsvSource({
    "VP8, 1, 3, false",
    "VP8, 1, 2, false",
    "VP9, 3, 3, true",
    "VP9, 3, 3, false",
    "VP9, 2, 1, true",
    "VP9, 3, 1, false",
    "AV1, 1, 2, false",
    "AV1, 1, 3, false",
    "AV1, 2, 2, false",
    "AV1, 3, 3, false",
    "AV1, 3, 3, true",
  })
  void staysDecodableAndContinuous(
      Codec codec, int spatialLayers, int temporalLayers, boolean keyOnly) {
    for (int seed = 1; seed <= REPEATS; seed++) {
      new Run(seed, codec, spatialLayers, temporalLayers, keyOnly).play();
    }
  }

  /** One seed's course of events. */
  private static final class Run {
    private final String where;
    private final SplittableRandom random;
    private final EgressSlot slot;
    private final NegotiatedCodec format;
    private final DependencyDescriptorReader receiver = new DependencyDescriptorReader();
    private final PayloadFacts received = new PayloadFacts();
    private final MediaPacket packet = new MediaPacket();
    private final OutgoingPacket result = new OutgoingPacket();
    private final byte[] out = new byte[1500];
    private final LayeredSource[] sources = new LayeredSource[2];
    private final PayloadReader[] readers = new PayloadReader[2];
    private final DependencyDescriptorReader[] dependencies = {
      new DependencyDescriptorReader(), new DependencyDescriptorReader()
    };
    private final boolean[] keyframeAsked = {true, true};
    private final List<LayeredSource.Packet> waiting = new ArrayList<>();
    private final Map<String, LayeredSource.Frame> frames = new HashMap<>();
    private final Set<String> leftOut = new HashSet<>();
    private final TreeMap<Long, Sent> sent = new TreeMap<>();
    private long nowNanos;
    private int shown;
    private long highest;
    private int lost;
    private int newestFrame;
    private int misunderstood;

    Run(int seed, Codec codec, int spatialLayers, int temporalLayers, boolean keyOnly) {
      where = "seed " + seed;
      random = new SplittableRandom(seed);
      int packetsPerFrame = 1 + random.nextInt(3);
      format =
          switch (codec) {
            case VP8 -> Agreement.VP8;
            case VP9 -> Agreement.VP9;
            default -> Agreement.AV1;
          };
      long first = 0x1_0000L + 0xFF00 + random.nextInt(0x100);
      NegotiatedSection section = Agreement.slot("v0", format, 0, 0);
      slot = new EgressSlot(section, first, random.nextInt());
      highest = first - 1;
      for (int i = 0; i < 2; i++) {
        long start = 0x1_0000L + 65_400 + random.nextInt(200);
        sources[i] =
            new LayeredSource(
                i, codec, spatialLayers, temporalLayers, keyOnly, packetsPerFrame, start);
        readers[i] = PayloadReader.of(codec);
      }
      slot.activate();
      slot.assign(0, 0x1000);
    }

    void play() {
      for (int picture = 0; picture < PICTURES; picture++) {
        nowNanos += 33_000_000;
        disturb();
        for (int i = 0; i < 2; i++) {
          boolean key = keyframeAsked[i] && random.nextInt(3) == 0;
          keyframeAsked[i] &= !key;
          for (LayeredSource.Packet each : sources[i].next(key)) {
            offer(each);
          }
        }
        deliver(waiting.size() > 40 ? 20 : random.nextInt(waiting.size() + 1));
      }
      deliver(waiting.size());
      checkFrames();
      checkOrder();
      assertThat(sent.size()).as(where).isGreaterThan(100);
      assertThat(misunderstood).as(where).isZero();
    }

    private void disturb() {
      switch (random.nextInt(24)) {
        case 0, 1, 2 -> slot.limitLayers(random.nextInt(4), LayerFilter.ALL);
        case 3, 4, 5 -> slot.limitLayers(LayerFilter.ALL, random.nextInt(4));
        case 6 -> slot.limitLayers(random.nextInt(3), random.nextInt(3));
        case 7 -> {
          shown = 1 - shown;
          slot.assign(shown, 0x1000 + random.nextInt(2));
        }
        case 8 -> keyframeAsked[random.nextInt(2)] = true;
        default -> {
          // Most pictures pass without an event.
        }
      }
      if (slot.awaitsKeyframe() && random.nextInt(4) == 0) {
        keyframeAsked[shown] = true;
      }
    }

    /** Packets are lost, come late, or come in their turn. */
    private void offer(LayeredSource.Packet each) {
      String frame = name(each);
      frames.putIfAbsent(frame, each.frame());
      int fate = random.nextInt(60);
      if (fate == 0) {
        lost++;
        return;
      }
      waiting.add(fate == 1 ? random.nextInt(waiting.size() + 1) : waiting.size(), each);
    }

    private void deliver(int count) {
      for (int i = 0; i < count; i++) {
        // One in some comes before its turn: all that it overtakes is late.
        int ahead = random.nextInt(25) == 0 ? random.nextInt(Math.min(12, waiting.size())) : 0;
        forward(waiting.remove(ahead));
      }
    }

    /** What ingress would have read of it: the descriptor lies in front of the payload. */
    private void read(LayeredSource.Packet each) {
      int descriptor = each.descriptor().length;
      int length = each.payload().length;
      byte[] bytes = Arrays.copyOf(each.descriptor(), descriptor + length);
      System.arraycopy(each.payload(), 0, bytes, descriptor, length);
      packet.setHeader(bytes, descriptor, length, each.sequence(), each.timestamp(), each.marker());
      packet.setOrigin(each.stream(), format.parameters(), nowNanos);
      boolean readable =
          readers[each.stream()].read(bytes, descriptor, length, each.marker(), packet.facts());
      if (!readable) {
        packet.clearFacts();
      }
      if (descriptor > 0) {
        packet.setDependencyDescriptor(0, descriptor);
        dependencies[each.stream()].read(bytes, 0, descriptor, packet.facts());
      }
    }

    private void forward(LayeredSource.Packet each) {
      read(each);
      packet.setSenderNanos(each.frame().picture() * 33_333_333L);
      boolean shows = slot.currentStreamId() == each.stream();
      DropReason refused = slot.forward(packet, out, 0, result);
      if (refused != null) {
        noteRefused(each, refused, shows);
        return;
      }
      int number = RtpPacket.sequence(out, 0);
      long sequence = highest + (short) (number - (int) highest);
      highest = Math.max(highest, sequence);
      byte[] bytes = new byte[result.prefixLength() + result.payloadLength()];
      System.arraycopy(out, result.headerLength(), bytes, 0, result.prefixLength());
      System.arraycopy(
          result.payload(),
          result.payloadOffset(),
          bytes,
          result.prefixLength(),
          result.payloadLength());
      if (bytes.length == 0) {
        leftOut.add(name(each));
      }
      int frame = bytes.length == 0 ? -1 : LayeredSource.frameId(bytes, bytes.length);
      Sent one =
          new Sent(
              sequence,
              RtpPacket.timestamp(out, 0),
              RtpPacket.marker(out, 0),
              each.stream(),
              frame,
              HexFormat.of().formatHex(bytes));
      if (each.descriptor().length > 0 && bytes.length > 0) {
        checkDescriptor(one);
      }
      Sent twice = sent.put(sequence, one);
      assertThat(twice).as("%s: one number for two packets: %s", where, one).isNull();
    }

    /** A receiver understands each descriptor as it comes, except late ones of the past. */
    private void checkDescriptor(Sent one) {
      Integer id = Agreement.extensionIds(0).get(HeaderExtension.DEPENDENCY_DESCRIPTOR);
      long place = RtpPacket.findExtension(out, 0, Objects.requireNonNull(id));
      assertThat(place).as("%s: %s has no descriptor", where, one).isNotEqualTo(-1);
      boolean understood =
          receiver.read(
              out, RtpPacket.extensionOffset(place), RtpPacket.extensionLength(place), received);
      if (understood) {
        LayeredSource.Frame frame =
            Objects.requireNonNull(frames.get(one.stream() + "/" + one.frame()));
        String what = where + ": " + frame;
        assertThat(received.spatialId()).as(what).isEqualTo(frame.spatialId());
        assertThat(received.temporalId()).as(what).isEqualTo(frame.temporalId());
        assertThat(receiver.frameDiffs()).as(what).isEqualTo(frame.references().size());
        int ahead = (short) (received.frameNumber() - newestFrame);
        if (!sent.isEmpty() && one.sequence() == highest) {
          assertThat(ahead).as(what).isNotNegative();
        }
        newestFrame = ahead > 0 || sent.isEmpty() ? received.frameNumber() : newestFrame;
      }
      misunderstood += understood ? 0 : 1;
    }

    private void noteRefused(LayeredSource.Packet each, DropReason refused, boolean shows) {
      if (refused == DropReason.TOO_OLD) {
        lost++;
      } else if (shows && slot.currentStreamId() == each.stream()) {
        leftOut.add(name(each));
      }
    }

    /** A frame goes out whole, as far as it came, and nothing it refers to was left out. */
    private void checkFrames() {
      for (Sent one : sent.values()) {
        if (one.frame() < 0) {
          continue;
        }
        String name = one.stream() + "/" + one.frame();
        LayeredSource.Frame frame = Objects.requireNonNull(frames.get(name), name);
        assertThat(leftOut).as("%s: half of %s was left out", where, frame).doesNotContain(name);
        for (int reference : frame.references()) {
          assertThat(leftOut)
              .as("%s: %s of stream %d refers to frame %d", where, frame, one.stream(), reference)
              .doesNotContain(one.stream() + "/" + reference);
        }
      }
      long missing = sent.lastKey() - sent.firstKey() + 1 - sent.size();
      assertThat(missing)
          .as("%s: numbers that nothing was lost of", where)
          .isLessThanOrEqualTo(lost);
    }

    /** Timestamps, markers and picture ids go up with the numbers; pictures are not mixed. */
    private void checkOrder() {
      PayloadReader reader = readers[0];
      boolean numbered = format.parameters().codec() != Codec.AV1;
      PayloadFacts facts = packet.facts();
      Sent before = null;
      int pictureBefore = 0;
      for (Sent one : sent.values()) {
        if (one.frame() < 0) {
          continue;
        }
        byte[] bytes = HexFormat.of().parseHex(one.payload());
        if (numbered) {
          assertThat(reader.read(bytes, 0, bytes.length, one.marker(), facts)).as(where).isTrue();
        }
        int picture = facts.pictureId();
        if (before != null) {
          String pair = where + ": " + describe(before) + " then " + describe(one);
          int ticks = (int) (one.timestamp() - before.timestamp());
          int pictures = (picture - pictureBefore) << 17 >> 17;
          assertThat(ticks).as(pair).isNotNegative();
          if (numbered) {
            assertThat(Integer.signum(pictures)).as(pair).isEqualTo(Integer.signum(ticks));
          }
          if (one.sequence() == before.sequence() + 1 && one.stream() == before.stream()) {
            assertThat(before.marker()).as(pair).isEqualTo(ticks > 0);
          }
        }
        before = one;
        pictureBefore = picture;
      }
    }

    private static String describe(Sent one) {
      return one.stream()
          + "/"
          + one.frame()
          + " #"
          + one.sequence()
          + (one.marker() ? "M" : "")
          + " "
          + one.payload();
    }

    private static String name(LayeredSource.Packet each) {
      return each.stream() + "/" + each.frame().id();
    }
  }
}

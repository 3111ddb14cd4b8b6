package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.RecordedPackets.Packet;
import dev.sluice.core.codec.RecordedPackets.Stream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded streams one after the other, read as a receiver reads what comes out. */
@Tag("R4")
@Tag("R6")
class DependencyDescriptorRewriterTest {
  private final DependencyDescriptorRewriter rewriter = new DependencyDescriptorRewriter();
  private final PayloadFacts facts = new PayloadFacts();
  private final PayloadFacts received = new PayloadFacts();
  private final byte[] out = new byte[255];

  @ParameterizedTest
  @ValueSource(strings = {"firefox-153-av1-simulcast", "chromium-156-h264-simulcast"})
  void makesOneStreamOfTheLayersOfARecording(String recording) {
    DependencyDescriptorReader receiver = new DependencyDescriptorReader();
    int last = -1;
    for (Stream stream : RecordedPackets.read(recording)) {
      DependencyDescriptorReader source = new DependencyDescriptorReader();
      rewriter.sourceChanged();
      int firstOfSource = -1;
      int firstIn = -1;
      for (Packet packet : stream.packets()) {
        byte[] descriptor = packet.dependencyDescriptor;
        if (descriptor == null || !source.read(descriptor, 0, descriptor.length, facts)) {
          continue;
        }
        int mapping = rewriter.map(descriptor, 0, descriptor.length, facts);
        DependencyDescriptorRewriter.write(mapping, descriptor, 0, descriptor.length, out, 0);
        String where = recording + " " + stream.rid() + " packet " + packet.sequence;
        assertThat(receiver.read(out, 0, descriptor.length, received)).as(where).isTrue();
        if (firstOfSource < 0) {
          firstOfSource = received.frameNumber();
          firstIn = facts.frameNumber();
          assertThat(firstOfSource).as(where).isEqualTo(last < 0 ? firstIn : last + 1 & 0xFFFF);
        }
        assertThat(received.frameNumber() - firstOfSource & 0xFFFF)
            .as(where)
            .isEqualTo(facts.frameNumber() - firstIn & 0xFFFF);
        last = last < 0 || received.frameNumber() > last ? received.frameNumber() : last;
        assertThat(received.keyframe()).as(where).isEqualTo(facts.keyframe());
        assertThat(received.temporalId()).as(where).isEqualTo(facts.temporalId());
        assertThat(received.switchUpTo()).as(where).isEqualTo(facts.switchUpTo());
        assertThat(receiver.frameDiffs()).as(where).isEqualTo(source.frameDiffs());
      }
    }
    assertThat(last).isGreaterThan(20);
  }

  @Test
  void noTemplateOfTheOldSourceIsReadWithTheNewStructure() {
    List<Stream> streams = RecordedPackets.read("firefox-153-av1-simulcast");
    DependencyDescriptorReader receiver = new DependencyDescriptorReader();
    Stream old = streams.get(0);
    assertThat(receiver.read(send(old, 0), 0, out.length, received)).isTrue();
    byte[] late = Arrays.copyOf(send(old, 1), 3);
    rewriter.sourceChanged();
    assertThat(receiver.read(send(streams.get(1), 0), 0, out.length, received)).isTrue();
    assertThat(receiver.read(late, 0, late.length, received)).isFalse();
  }

  @Test
  void aRetransmissionIsWrittenAsTheFirstTime() {
    List<Stream> streams = RecordedPackets.read("firefox-153-av1-simulcast");
    send(streams.get(0), 0);
    rewriter.sourceChanged();
    byte[] descriptor =
        Objects.requireNonNull(streams.get(1).packets().get(0).dependencyDescriptor);
    facts.templates = 2;
    int mapping = rewriter.map(descriptor, 0, descriptor.length, facts);
    byte[] first = new byte[descriptor.length];
    DependencyDescriptorRewriter.write(mapping, descriptor, 0, descriptor.length, first, 0);
    rewriter.sourceChanged();
    send(streams.get(2), 0);
    byte[] again = new byte[descriptor.length];
    DependencyDescriptorRewriter.write(mapping, descriptor, 0, descriptor.length, again, 0);
    assertThat(again).isEqualTo(first).isNotEqualTo(descriptor);
  }

  @Test
  void oneThatIsTooShortIsNone() {
    assertThat(DependencyDescriptorRewriter.isPresent(rewriter.map(new byte[3], 0, 2, facts)))
        .isFalse();
  }

  /** Sends the n-th frame of a stream; the first one carries the structure. */
  private byte[] send(Stream stream, int index) {
    DependencyDescriptorReader source = new DependencyDescriptorReader();
    byte[] descriptor = new byte[0];
    for (int i = 0; i <= index; i++) {
      descriptor = Objects.requireNonNull(stream.packets().get(i).dependencyDescriptor);
      source.read(descriptor, 0, descriptor.length, facts);
    }
    int mapping = rewriter.map(descriptor, 0, descriptor.length, facts);
    Arrays.fill(out, (byte) 0);
    DependencyDescriptorRewriter.write(mapping, descriptor, 0, descriptor.length, out, 0);
    return out;
  }
}

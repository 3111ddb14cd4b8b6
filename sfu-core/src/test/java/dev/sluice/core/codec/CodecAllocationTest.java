package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.core.codec.RecordedPackets.Packet;
import dev.sluice.core.codec.RecordedPackets.Stream;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packet path of this package, measured: reading facts and writing descriptors is free. */
@Tag("R4")
class CodecAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final PayloadFacts facts = new PayloadFacts();
  private final DependencyDescriptorReader descriptors = new DependencyDescriptorReader();
  private final byte[] out = new byte[64];

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chromium-156-vp8-simulcast",
        "chromium-156-vp9-svc-L3T3_KEY",
        "chromium-156-h264-simulcast",
        "firefox-153-av1-simulcast"
      })
  void allocatesNothingPerPacket(String recording) {
    Stream stream = RecordedPackets.read(recording).getFirst();
    Packet[] packets = stream.packets().toArray(Packet[]::new);
    PayloadReader reader = PayloadReader.of(packets[0].codec);
    DescriptorRewriter rewriter = DescriptorRewriter.of(packets[0].codec);
    // The first calls load classes and fill the counters of the measurement itself.
    long written = 0;
    for (int i = 0; i < 200; i++) {
      written += process(packets, reader, rewriter);
      THREADS.getCurrentThreadAllocatedBytes();
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 400; i++) {
      written += process(packets, reader, rewriter);
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isZero();
    assertThat(written).isEqualTo(600L * process(packets, reader, rewriter));
  }

  private long process(Packet[] packets, PayloadReader reader, DescriptorRewriter rewriter) {
    long written = 0;
    rewriter.sourceChanged();
    for (Packet packet : packets) {
      byte[] payload = packet.payload;
      if (reader.read(payload, 0, payload.length, packet.marker, facts)) {
        int length = rewriter.rewrite(payload, 0, facts, out, 0);
        written +=
            length + rewriter.rewriteWith(rewriter.mappingToken(), payload, 0, facts, out, 0);
      }
      byte[] descriptor = packet.dependencyDescriptor;
      if (descriptor != null && descriptors.read(descriptor, 0, descriptor.length, facts)) {
        written++;
      }
    }
    return written;
  }
}

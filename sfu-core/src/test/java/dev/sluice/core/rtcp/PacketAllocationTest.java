package dev.sluice.core.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.core.rtp.AbsSendTime;
import dev.sluice.core.rtp.RtpHeaderWriter;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.SequenceUnwrapper;
import dev.sluice.core.rtp.TransportSequence;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class PacketAllocationTest {

  private static final int WARM_UP_PACKETS = 20_000;
  private static final int MEASURED_PACKETS = 20_000;

  private final byte[] packet = new byte[1200];
  private final byte[] rtcp = new byte[1200];
  private final RtpHeaderWriter header = new RtpHeaderWriter();
  private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
  private final ReceptionStatistics statistics = new ReceptionStatistics();
  private final TransportFeedbackRecorder recorder = new TransportFeedbackRecorder();
  private final TransportFeedbackReader feedback = new TransportFeedbackReader();
  private final RtcpWriter writer = new RtcpWriter();
  private final RtcpReader reader = new RtcpReader();
  private final NackReader nack = new NackReader();
  private final long[] missing = new long[2];
  private int packets;
  private long read;

  @Test
  void allocatesNothingPerPacketAfterWarmUp() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    run(WARM_UP_PACKETS);
    long before = threads.getCurrentThreadAllocatedBytes();
    run(MEASURED_PACKETS);
    long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(read).as("the loop did its work").isGreaterThan(MEASURED_PACKETS);
    // The bean itself may allocate once; one byte per packet would already be 20,000.
    assertThat(allocatedBytes).isLessThan(1_000);
  }

  private void run(int count) {
    for (int i = 0; i < count; i++) {
      forward(packets++);
      if (packets % 25 == 0) {
        report();
      }
    }
  }

  private void forward(int number) {
    long nowNanos = number * 1_000_000L;
    header.begin(packet, 0, 96, number % 10 == 9, number, number * 3_000L, 1);
    header.csrc(2);
    int transport = header.reserveExtension(3, TransportSequence.LENGTH);
    TransportSequence.write(packet, transport, number);
    int sendTime = header.reserveExtension(2, AbsSendTime.LENGTH);
    AbsSendTime.write(packet, sendTime, nowNanos);
    header.finish();
    if (!RtpPacket.isValid(packet, 0, packet.length) || number % 7 == 3) {
      return;
    }
    long place = RtpPacket.findExtension(packet, 0, 3);
    int sequence = TransportSequence.read(packet, RtpPacket.extensionOffset(place));
    recorder.record(sequence, nowNanos);
    long unwrapped = unwrapper.unwrap(RtpPacket.sequence(packet, 0));
    statistics.record(unwrapped, RtpPacket.timestamp(packet, 0), nowNanos, 90_000);
    read++;
  }

  private void report() {
    missing[0] = packets;
    missing[1] = packets + 5L;
    writer.begin(rtcp, 0, rtcp.length);
    writer.receiverReport(1);
    writer.reportBlock(statistics, 2, 0, 0);
    writer.nack(1, 2, missing, 0, 2);
    writer.transportFeedback(recorder, 1, 2);
    reader.reset(rtcp, 0, writer.length());
    while (reader.next()) {
      RtcpKind kind = reader.kind();
      if (kind == RtcpKind.NACK) {
        nack.reset(rtcp, reader.offset(), reader.length());
        while (nack.next() >= 0) {
          read++;
        }
      } else if (kind == RtcpKind.TRANSPORT_FEEDBACK) {
        feedback.reset(rtcp, reader.offset(), reader.length());
        while (feedback.next()) {
          read += feedback.received() ? 1 : 0;
        }
      }
    }
  }
}

package dev.sluice.core.srtp;

import static dev.sluice.core.srtp.SrtpPackets.BUFFER_LENGTH;
import static dev.sluice.core.srtp.SrtpPackets.receiver;
import static dev.sluice.core.srtp.SrtpPackets.rtcp;
import static dev.sluice.core.srtp.SrtpPackets.rtp;
import static dev.sluice.core.srtp.SrtpPackets.sender;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Protecting and unprotecting allocates nothing on this side of the cipher seam: measured with
 * ciphers that do not allocate, since the share of the JDK's is not ours.
 */
class SrtpAllocationTest {
  private static final int HEADER = SrtpWire.RTP_FIXED_HEADER_LENGTH;
  private static final int PACKETS = 20_000;

  @ParameterizedTest
  @EnumSource
  void allocatesNothingPerPacket(SrtpProfile profile) {
    SrtpSender sender = sender(profile, new TransparentCiphers());
    SrtpReceiver receiver = receiver(profile, new TransparentCiphers());
    byte[] payload = new byte[1000];
    byte[] rtp = Arrays.copyOf(rtp(7, 0, 20), BUFFER_LENGTH);
    byte[] rtcp = Arrays.copyOf(rtcp(7, 40), BUFFER_LENGTH);
    byte[] out = new byte[BUFFER_LENGTH];
    // The first packet of a stream makes its window, and the first calls link the byte views.
    int accepted = run(sender, receiver, rtp, rtcp, payload, out, 0, 100);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    threads.getCurrentThreadAllocatedBytes();

    long before = threads.getCurrentThreadAllocatedBytes();
    accepted += run(sender, receiver, rtp, rtcp, payload, out, 100, PACKETS);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(accepted).as("packets that went all the way").isEqualTo(2 * PACKETS);
    // The smallest object has 16 octets; the slack is for what the JVM does once on this thread.
    assertThat(allocated).as("octets for %d packets", 2 * PACKETS).isLessThan(PACKETS);
  }

  private static int run(
      SrtpSender sender,
      SrtpReceiver receiver,
      byte[] rtp,
      byte[] rtcp,
      byte[] payload,
      byte[] out,
      int from,
      int to) {
    int accepted = 0;
    for (int sequence = from; sequence < to; sequence++) {
      rtp[2] = (byte) (sequence >> 8);
      rtp[3] = (byte) sequence;
      int prefixLength = sequence & 7;
      int length = sender.protectRtp(rtp, 0, HEADER, prefixLength, payload, 0, payload.length);
      accepted += receiver.unprotectRtp(rtp, 0, length, out, 0) > 0 ? 1 : 0;
      // Replayed: a drop must not cost anything either.
      receiver.unprotectRtp(rtp, 0, length, out, 0);
      length = sender.protectRtcp(rtcp, 0, 48);
      accepted += receiver.unprotectRtcp(rtcp, 0, length, out, 0) > 0 ? 1 : 0;
    }
    return accepted;
  }

  /** Copies, and finds every tag right. */
  private static final class TransparentCiphers implements SrtpCiphers {

    @Override
    public AeadCipher gcmEncryption(byte[] key) {
      return new TransparentAead(16);
    }

    @Override
    public AeadCipher gcmDecryption(byte[] key) {
      return new TransparentAead(-16);
    }

    @Override
    public CounterCipher counterMode(byte[] key) {
      return (counterBlock, input, inputOffset, inputLength, output, outputOffset) ->
          System.arraycopy(input, inputOffset, output, outputOffset, inputLength);
    }

    @Override
    public MessageAuthenticator hmacSha1(byte[] key) {
      return new ZeroCode();
    }
  }

  private static final class TransparentAead implements SrtpCiphers.AeadCipher {
    private final int growth;

    TransparentAead(int growth) {
      this.growth = growth;
    }

    @Override
    public void begin(byte[] initializationVector) {}

    @Override
    public void authenticate(byte[] data, int offset, int length) {}

    @Override
    public int finish(
        byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset) {
      int copied = Math.min(inputLength, inputLength + growth);
      System.arraycopy(input, inputOffset, output, outputOffset, copied);
      return inputLength + growth;
    }
  }

  private static final class ZeroCode implements SrtpCiphers.MessageAuthenticator {
    @Override
    public void update(byte[] data, int offset, int length) {}

    @Override
    public void finish(byte[] code) {
      Arrays.fill(code, (byte) 0);
    }
  }
}

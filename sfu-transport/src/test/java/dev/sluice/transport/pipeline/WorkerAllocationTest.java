package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.core.srtp.CipherChoice;
import dev.sluice.core.srtp.CipherPreference;
import dev.sluice.transport.udp.UdpBackend;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a worker allocates for a packet from the socket to the sockets, whoever's code does it. Our
 * own share of it is nothing, which tests of the room and of the ring prove without ciphers and
 * sockets: so these bounds are for the ciphers and for Netty. Seen were 83 bytes with libcrypto and
 * 1,517 with the JDK's AES-GCM, where each packet is a send message of its own.
 */
@Tag("R11")
class WorkerAllocationTest extends NodeFixture {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int TURNS = 3_000;
  private static final int PACKETS_OF_A_TURN = 5;
  private static final int VIEWERS = 3;

  private long allocatedBytes;

  @ParameterizedTest
  @EnumSource(CipherPreference.class)
  void aForwardedPacketCostsLittleHeap(CipherPreference ciphers) {
    InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    SfuNode node = node(config(ThreadingMode.INVOKER, 1, bind, ciphers), UdpBackend.best(), null);
    TestPeer publisher = connected(node, "room", "publisher");
    List<TestPeer> viewers =
        Stream.of("ada", "bob", "eve").map(name -> connected(node, "room", name)).toList();

    run(node, publisher, 0);
    run(node, publisher, TURNS);
    for (TestPeer viewer : viewers) {
      until("all came", () -> viewer.received.size() >= 2 * TURNS * PACKETS_OF_A_TURN * 9 / 10);
    }

    double perPacket = (double) allocatedBytes / (TURNS * PACKETS_OF_A_TURN * VIEWERS);
    boolean jdk = CipherChoice.choose(ciphers, System::nanoTime).isJdk();
    assertThat(perPacket)
        .as("bytes for a forwarded packet, %s", jdk ? "the JDK's ciphers" : "libcrypto")
        .isLessThan(jdk ? 2500 : 120);
  }

  private void run(SfuNode node, TestPeer publisher, int from) {
    allocatedBytes = 0;
    for (int turn = from; turn < from + TURNS; turn++) {
      for (int i = 0; i < PACKETS_OF_A_TURN; i++) {
        publisher.sendMedia(turn * PACKETS_OF_A_TURN + i & 0xFFFF, "a packet of twenty ms");
      }
      long before = THREADS.getCurrentThreadAllocatedBytes();
      node.runOnce(0);
      allocatedBytes += THREADS.getCurrentThreadAllocatedBytes() - before;
    }
  }
}

package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.DropReason;
import dev.sluice.transport.udp.UdpBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Many clients on the one port of a node, as the kernel sees it. */
@Tag("C1")
@EnabledOnOs(OS.LINUX)
class OnePortTest extends NodeFixture {
  private static final int ROOMS = 20;
  private static final int PEERS_PER_ROOM = 10;
  private static final int PACKETS = 150;
  private static final long PACKET_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** A UDP socket of this process, and how many datagrams its receive buffer had no room for. */
  private record Socket(int port, long dropped) {}

  @Test
  void carriesTheSoundOfTwoHundredClientsWithoutALostDatagram() throws Exception {
    SfuNode node = node(ThreadingMode.DEDICATED, 2, UdpBackend.best());
    List<TestPeer> peers = new ArrayList<>();
    for (int i = 0; i < ROOMS * PEERS_PER_ROOM; i++) {
      peers.add(peer(node, "room " + i % ROOMS, "peer " + i).enter().check());
    }
    handshake(peers);

    long startNanos = System.nanoTime();
    for (int i = 0; i < PACKETS; i++) {
      for (TestPeer peer : peers) {
        peer.sendMedia(i, "sound " + i);
      }
      awaitNanos(startNanos + (i + 1) * PACKET_INTERVAL_NANOS);
    }

    for (TestPeer peer : peers) {
      until(peer.key + " hears all of another", () -> peer.received.size() >= PACKETS);
      assertThat(peer.received).hasSize(PACKETS).doesNotHaveDuplicates();
    }
    List<Socket> sockets = sockets();
    Set<Integer> ports = new TreeSet<>(sockets.stream().map(Socket::port).toList());
    peers.forEach(peer -> ports.remove(peer.wire().local().getPort()));
    assertThat(ports).as("UDP ports that are not the clients'").containsExactly(node.mediaPort());
    // The kernel's own count of each socket: RcvbufErrors is that of the whole machine.
    assertThat(sockets)
        .filteredOn(socket -> socket.port() == node.mediaPort())
        .as("sockets of the port, one for each worker")
        .hasSize(2)
        .allSatisfy(socket -> assertThat(socket.dropped()).isZero());
    assertThat(drops(node, DropReason.RING_FULL)).isZero();
  }

  private void handshake(List<TestPeer> peers) throws ExecutionException, InterruptedException {
    for (TestPeer peer : peers) {
      until("the check of " + peer.key + " is answered", () -> !peer.checkResponses.isEmpty());
      peer.dtls.start();
    }
    for (TestPeer peer : peers) {
      until(peer.key + " has keys", peer.dtls.keys::isDone);
      peer.use(peer.dtls.keys.get());
      until(
          peer.key + " is connected",
          () -> peer.events.contains(new RoomEvent.MediaStateChanged(true)));
    }
  }

  private static void awaitNanos(long deadlineNanos) {
    for (long left = deadlineNanos - System.nanoTime();
        left > 0;
        left = deadlineNanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** The open UDP sockets of this process out of the kernel's list (proc_net_udp). */
  private static List<Socket> sockets() throws IOException {
    Set<String> own = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        if (Files.isSymbolicLink(descriptor)) {
          own.add(Files.readSymbolicLink(descriptor).toString());
        }
      }
    }
    List<Socket> sockets = new ArrayList<>();
    for (String table : List.of("udp", "udp6")) {
      for (String line :
          Files.readAllLines(Path.of("/proc/self/net", table)).stream().skip(1).toList()) {
        String[] columns = line.strip().split("\\s+", -1);
        if (own.contains("socket:[" + columns[9] + "]")) {
          String port = columns[1].substring(columns[1].indexOf(':') + 1);
          sockets.add(new Socket(Integer.parseInt(port, 16), Long.parseLong(columns[12])));
        }
      }
    }
    return sockets;
  }
}

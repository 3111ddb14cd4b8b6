package dev.sluice.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The relay is a measuring instrument, so it is tested itself. */
class UdpRelayTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  @TempDir private Path folder;

  @Test
  void losesTheSameDatagramsForTheSameSeed() throws IOException {
    LinkConditions lossy = new LinkConditions(0.3, 0, 0);
    List<Integer> first = survivors(lossy, 7, null);
    List<Integer> second = survivors(lossy, 7, null);
    assertThat(second).isEqualTo(first);
    assertThat(first).hasSizeBetween(100, 180);
    assertThat(survivors(lossy, 8, null)).isNotEqualTo(first);
  }

  @Test
  void delaysWithoutReorderingWhenThereIsNoJitter() throws IOException {
    long start = System.nanoTime();
    List<Integer> order = survivors(new LinkConditions(0, 30_000_000, 0), 1, null);
    assertThat(System.nanoTime() - start).isGreaterThan(30_000_000);
    assertThat(order).hasSize(200).isSorted();
  }

  @Test
  void writesACaptureThatReadsBack() throws IOException {
    Path pcap = folder.resolve("relay.pcap");
    survivors(LinkConditions.PERFECT, 1, pcap);
    List<CapturedDatagram> captured = CapturedDatagram.readAll(pcap);
    assertThat(captured).hasSize(200);
    assertThat(captured.getLast().payload()).containsExactly(0x80, 0x60, 199);
    assertThat(captured.getFirst().destinationPort()).isPositive();
  }

  @Test
  void answersReachTheClientThatAsked() throws IOException {
    try (DatagramSocket server = new DatagramSocket(0, LOOPBACK);
        UdpRelay relay = new UdpRelay(server.getLocalPort(), LinkConditions.PERFECT, 1, null);
        DatagramSocket ada = new DatagramSocket(0, LOOPBACK);
        DatagramSocket bob = new DatagramSocket(0, LOOPBACK)) {
      for (DatagramSocket client : List.of(ada, bob)) {
        byte[] question = {(byte) client.getLocalPort()};
        client.send(new DatagramPacket(question, 1, LOOPBACK, relay.port()));
        DatagramPacket seen = receive(server);
        server.send(new DatagramPacket(seen.getData(), 1, seen.getSocketAddress()));
        DatagramPacket answer = receive(client);
        assertThat(answer.getPort()).isEqualTo(relay.port());
        assertThat(answer.getData()[0]).isEqualTo(question[0]);
      }
      assertThat(relay.toServer().forwarded()).isEqualTo(2);
    }
  }

  @Test
  void movesClientsToPortsOfWhichNeitherEndIsTold() throws IOException {
    try (DatagramSocket server = new DatagramSocket(0, LOOPBACK);
        UdpRelay relay = new UdpRelay(server.getLocalPort(), LinkConditions.PERFECT, 1, null);
        DatagramSocket client = new DatagramSocket(0, LOOPBACK)) {
      client.send(new DatagramPacket(new byte[] {1}, 1, LOOPBACK, relay.port()));
      DatagramPacket before = receive(server);
      relay.moveClients();
      client.send(new DatagramPacket(new byte[] {2}, 1, LOOPBACK, relay.port()));
      DatagramPacket after = receive(server);
      assertThat(after.getPort()).isNotEqualTo(before.getPort());

      server.send(new DatagramPacket(new byte[] {3}, 1, before.getSocketAddress()));
      server.send(new DatagramPacket(new byte[] {4}, 1, after.getSocketAddress()));
      assertThat(receive(client).getData()[0]).as("the old port is forgotten").isEqualTo((byte) 4);
    }
  }

  /** Sends 200 numbered datagrams through a relay and answers the numbers that arrived. */
  private static List<Integer> survivors(LinkConditions conditions, long seed, @Nullable Path pcap)
      throws IOException {
    List<Integer> arrived = new ArrayList<>();
    try (DatagramSocket server = new DatagramSocket(0, LOOPBACK);
        UdpRelay relay = new UdpRelay(server.getLocalPort(), conditions, seed, pcap);
        DatagramSocket client = new DatagramSocket(0, LOOPBACK)) {
      for (int i = 0; i < 200; i++) {
        byte[] payload = {(byte) 0x80, 0x60, (byte) i};
        client.send(new DatagramPacket(payload, payload.length, LOOPBACK, relay.port()));
      }
      server.setSoTimeout(300);
      while (arrived.size() < 200) {
        try {
          DatagramPacket packet = new DatagramPacket(new byte[16], 16);
          server.receive(packet);
          arrived.add(packet.getData()[2] & 0xFF);
        } catch (SocketTimeoutException e) {
          break; // The rest was lost.
        }
      }
    }
    return arrived;
  }

  private static DatagramPacket receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[16], 16);
    socket.setSoTimeout(5000);
    socket.receive(packet);
    return packet;
  }
}

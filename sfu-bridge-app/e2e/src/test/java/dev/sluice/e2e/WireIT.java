package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.FreePorts;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.network.CapturedDatagram;
import dev.sluice.e2e.network.LinkConditions;
import dev.sluice.e2e.network.Tshark;
import dev.sluice.e2e.network.UdpRelay;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a call looks like on the wire, and what tshark says of its decrypted twin. */
@Tag("S1")
class WireIT {
  /** AEAD_AES_128_GCM and AEAD_AES_256_GCM add a tag of 16 bytes (RFC 7714 §6), CM_80 one of 10. */
  private static final Set<Integer> AUTHENTICATION_TAGS = Set.of(10, 16);

  private static final int PLAINTEXT_WINDOW = 16;
  private static final int RTCP_CLEAR_BYTES = 8;
  private static final int RTCP_INDEX_BYTES = 4;

  @Test
  void nothingCrossesTheWireInClearAndTheDecryptedTwinIsWellFormed()
      throws IOException, InterruptedException {
    TestSettings.require(Tshark.installed(), "tshark is not installed; it judges the captures.");
    Path wirePcap = TestSettings.artifact("wire.pcap");
    Path plainPcap = TestSettings.artifact("plain.pcap");
    Files.deleteIfExists(plainPcap);
    int mediaPort = FreePorts.any();
    Set<Integer> udpPorts;
    try (UdpRelay relay = new UdpRelay(mediaPort, LinkConditions.PERFECT, 1, wirePcap);
        ServerProcess server =
            ServerProcess.start(
                "wire",
                mediaPort,
                Map.of(
                    "sluice.media.advertised-addresses",
                    "127.0.0.1:" + relay.port(),
                    "sluice.development.plaintext-capture",
                    plainPcap.toString()));
        Chromium chromium = Chromium.launch("wire");
        CallPage ada = CallPage.join(chromium, server.uri("/"), "wire", "Ada");
        CallPage bob = CallPage.join(chromium, server.uri("/"), "wire", "Bob")) {
      ada.awaitVideos(1);
      bob.awaitVideos(1);
      Await.pass(Duration.ofSeconds(4));
      udpPorts = udpPortsOf(server.pid());
    }
    assertThat(udpPorts).as("UDP ports of the server").containsExactly(mediaPort);

    List<CapturedDatagram> wire = CapturedDatagram.readAll(wirePcap);
    List<CapturedDatagram> plain = CapturedDatagram.readAll(plainPcap);
    Map<String, CapturedDatagram> plainByIndex = new HashMap<>();
    plain.stream().filter(CapturedDatagram::isRtp).forEach(p -> plainByIndex.put(index(p), p));
    List<CapturedDatagram> wireRtp = wire.stream().filter(CapturedDatagram::isRtp).toList();
    Set<String> paired = new HashSet<>();
    for (CapturedDatagram packet : wireRtp) {
      CapturedDatagram twin = plainByIndex.get(index(packet));
      if (twin != null) {
        assertEncrypted(packet, twin);
        paired.add(index(packet));
      }
    }
    int encryptedRtcp = assertRtcpIsEncrypted(wire, plain);
    double entropy = payloadEntropyBitsPerByte(wireRtp);
    Map<String, Integer> decoded = readByTshark(plainPcap, plain);
    new Figures("WireIT")
        .add("wireRtp", wireRtp.size())
        .add("pairedWithPlaintext", paired.size())
        .add("encryptedRtcp", encryptedRtcp)
        .add("payloadEntropyBitsPerByte", entropy)
        .add("tshark", decoded)
        .publish();
    assertThat(wireRtp).hasSizeGreaterThan(200);
    assertThat(paired.size()).isGreaterThan(wireRtp.size() / 2);
    assertThat(encryptedRtcp).as("RTCP packets on the wire").isGreaterThan(20);
    assertThat(entropy).as("bits of entropy per payload byte on the wire").isGreaterThan(7.95);
    assertThat(decoded.keySet())
        .as("nothing but RTP and RTCP; sender reports and transport feedback among it")
        .contains("rtp", "rtcp", "rtcp type 200", "rtcp type 205")
        .allMatch(protocol -> protocol.startsWith("rt"));
  }

  private static String index(CapturedDatagram packet) {
    return packet.ssrc() + "/" + packet.sequence();
  }

  /** The header is readable on the wire (RFC 3711 §3.1); what follows must not be. */
  private static void assertEncrypted(CapturedDatagram wire, CapturedDatagram plain) {
    int header = plain.headerLength();
    assertThat(AUTHENTICATION_TAGS)
        .as("bytes that SRTP adds to %s", index(wire))
        .contains(wire.payload().length - plain.payload().length);
    if (plain.payload().length - header >= PLAINTEXT_WINDOW) {
      byte[] clear = Arrays.copyOfRange(plain.payload(), header, header + PLAINTEXT_WINDOW);
      String onTheWire = new String(wire.payload(), StandardCharsets.ISO_8859_1);
      assertThat(onTheWire.contains(new String(clear, StandardCharsets.ISO_8859_1)))
          .as("plaintext of %s on the wire", index(wire))
          .isFalse();
    }
  }

  /**
   * SRTCP leaves the first header and its SSRC readable (RFC 3711 §3.4), sets the E flag, and shows
   * nothing else of any compound packet that the server sent or took; answers how many there were.
   */
  private static int assertRtcpIsEncrypted(
      List<CapturedDatagram> wire, List<CapturedDatagram> plain) {
    Map<String, List<CapturedDatagram>> plainByHeader =
        plain.stream()
            .filter(CapturedDatagram::isRtcp)
            .collect(Collectors.groupingBy(WireIT::rtcpHeader));
    int twins = 0;
    int packets = 0;
    for (CapturedDatagram packet : wire) {
      if (!packet.isRtcp()) {
        continue;
      }
      packets++;
      assertThat(isMarkedEncrypted(packet)).as("the E flag of %s", rtcpHeader(packet)).isTrue();
      for (CapturedDatagram twin : plainByHeader.getOrDefault(rtcpHeader(packet), List.of())) {
        twins++;
        int end = Math.min(twin.payload().length, RTCP_CLEAR_BYTES + PLAINTEXT_WINDOW);
        assertThat(Arrays.copyOfRange(packet.payload(), RTCP_CLEAR_BYTES, end))
            .as("what follows the first header of %s", rtcpHeader(packet))
            .isNotEqualTo(Arrays.copyOfRange(twin.payload(), RTCP_CLEAR_BYTES, end));
      }
    }
    assertThat(twins).as("pairs of an RTCP packet on the wire and a decrypted one").isPositive();
    return packets;
  }

  /** The E flag is the first bit of the index word, with which an AEAD ends (RFC 7714 §9.3). */
  private static boolean isMarkedEncrypted(CapturedDatagram packet) {
    return packet.payload()[packet.payload().length - RTCP_INDEX_BYTES] < 0;
  }

  /** The first eight bytes: type, length and sender of the first packet of a compound. */
  private static String rtcpHeader(CapturedDatagram packet) {
    return HexFormat.of().formatHex(packet.payload(), 0, RTCP_CLEAR_BYTES);
  }

  private static double payloadEntropyBitsPerByte(List<CapturedDatagram> packets) {
    long[] counts = new long[256];
    long total = 0;
    for (CapturedDatagram packet : packets) {
      byte[] bytes = packet.payload();
      for (int i = packet.headerLength(); i < bytes.length; i++) {
        counts[bytes[i] & 0xFF]++;
        total++;
      }
    }
    double entropy = 0;
    for (long count : counts) {
      if (count > 0) {
        double share = (double) count / total;
        entropy -= share * Math.log(share) / Math.log(2);
      }
    }
    return entropy;
  }

  /** Counts the protocols and RTCP packet types that tshark sees; fails on anything malformed. */
  private static Map<String, Integer> readByTshark(Path pcap, List<CapturedDatagram> plain)
      throws IOException, InterruptedException {
    Set<Integer> ports = new TreeSet<>();
    plain.forEach(datagram -> ports.add(datagram.sourcePort()));
    plain.forEach(datagram -> ports.add(datagram.destinationPort()));
    Stream<String> decodeAs =
        ports.stream().flatMap(port -> Stream.of("-d", "udp.port==" + port + ",rtp"));
    Stream<String> output =
        Stream.of("-T", "fields", "-e", "frame.protocols", "-e", "_ws.malformed", "-e", "rtcp.pt");
    Map<String, Integer> counts = new TreeMap<>();
    for (String line : Tshark.read(pcap, Stream.concat(decodeAs, output).toArray(String[]::new))) {
      String[] fields = line.split("\t", -1);
      assertThat(fields[1]).as("tshark calls this malformed: %s", line).isEmpty();
      String protocol =
          fields[0].endsWith(":rtcp") ? "rtcp" : fields[0].endsWith(":rtp") ? "rtp" : fields[0];
      counts.merge(protocol, 1, Integer::sum);
      for (String type : fields[2].isEmpty() ? new String[0] : fields[2].split(",", -1)) {
        counts.merge("rtcp type " + type, 1, Integer::sum);
      }
    }
    return counts;
  }

  /**
   * The UDP ports that a process holds open: its socket inodes among those of the kernel's list.
   */
  private static Set<Integer> udpPortsOf(long pid) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
      for (Path descriptor : descriptors.toList()) {
        if (Files.isSymbolicLink(descriptor)) {
          String target = Files.readSymbolicLink(descriptor).toString();
          if (target.startsWith("socket:[")) {
            inodes.add(target.substring(8, target.length() - 1));
          }
        }
      }
    }
    Set<Integer> ports = new TreeSet<>();
    for (String table : List.of("udp", "udp6")) {
      Path file = Path.of("/proc", String.valueOf(pid), "net", table);
      for (String line : Files.readAllLines(file).stream().skip(1).toList()) {
        String[] columns = line.strip().split("\\s+", -1);
        if (inodes.contains(columns[9])) {
          ports.add(Integer.parseInt(columns[1].substring(columns[1].indexOf(':') + 1), 16));
        }
      }
    }
    return ports;
  }
}

package dev.sluice.e2e.network;

import dev.sluice.e2e.network.UdpRelay.LostPacket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How long it took until packets that a relay lost came as retransmissions (RFC 4588). What was
 * lost the relay says; which packet a retransmission repeats is in the server's capture of
 * decrypted packets, whose clock is the machine's monotonic one as the relay's is; what was lost on
 * its way to a client repairs nothing.
 *
 * @param gaps how many packets were lost
 * @param repairMillis for each that was repaired, from the loss to the repair's arrival; ascending
 */
public record RepairTimes(int gaps, List<Long> repairMillis) {

  /** A packet of the capture that, if it is a retransmission, repeats the one it is filed under. */
  private record Repeat(long ssrc, String name, long atNanos) {}

  /**
   * Measures.
   *
   * @param payloadType of the packets that are looked at
   * @param untilNanos later losses are left aside: their repair may be under way
   * @param delayNanos how long the relay holds what it passes
   */
  public static RepairTimes measure(
      List<LostPacket> lost,
      boolean up,
      Path capture,
      int payloadType,
      long untilNanos,
      long delayNanos)
      throws IOException {
    Map<String, List<Repeat>> repeats = read(capture);
    Set<String> lostNames = new HashSet<>();
    lost.forEach(packet -> lostNames.add(name(packet.ssrc(), packet.sequence())));
    int gaps = 0;
    List<Long> millis = new ArrayList<>();
    for (LostPacket packet : lost) {
      if (packet.up() != up
          || packet.payloadType() != payloadType
          || packet.atNanos() - untilNanos > 0) {
        continue;
      }
      gaps++;
      // The server captures what comes to it behind the relay, and what it sends before it.
      OptionalLong arrived =
          repeats.getOrDefault(name(packet.timestamp(), packet.sequence()), List.of()).stream()
              .filter(repeat -> repeat.ssrc() != packet.ssrc())
              .filter(repeat -> up || !lostNames.contains(repeat.name()))
              .mapToLong(repeat -> repeat.atNanos() + (up ? 0 : delayNanos))
              .min();
      arrived.ifPresent(at -> millis.add((at - packet.atNanos()) / 1_000_000));
    }
    millis.sort(null);
    return new RepairTimes(gaps, millis);
  }

  /** The share of all gaps that were closed within a time. */
  public double within(long limitMillis) {
    return (double) repairMillis.stream().filter(took -> took <= limitMillis).count() / gaps;
  }

  /** The time within which so many of a hundred repairs came, -1 for no repairs. */
  public long percentileMillis(int percent) {
    return repairMillis.isEmpty()
        ? -1
        : repairMillis.get(Math.max(0, (repairMillis.size() * percent + 99) / 100 - 1));
  }

  /** All RTP packets, under the timestamp and the number that a retransmission would repeat. */
  private static Map<String, List<Repeat>> read(Path capture) throws IOException {
    Map<String, List<Repeat>> repeats = new HashMap<>();
    for (CapturedDatagram datagram : CapturedDatagram.readAll(capture)) {
      if (!datagram.isRtp() || datagram.payload().length < datagram.headerLength() + 2) {
        continue;
      }
      int at = datagram.headerLength();
      byte[] bytes = datagram.payload();
      int original = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
      Repeat repeat =
          new Repeat(
              datagram.ssrc(),
              name(datagram.ssrc(), datagram.sequence()),
              datagram.capturedNanos());
      repeats
          .computeIfAbsent(name(datagram.timestamp(), original), unknown -> new ArrayList<>())
          .add(repeat);
    }
    return repeats;
  }

  private static String name(long first, int second) {
    return first + "/" + second;
  }
}

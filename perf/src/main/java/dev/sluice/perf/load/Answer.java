package dev.sluice.perf.load;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server's answer says that a participant needs. Of the candidates the first UDP one with an
 * IPv4 address is taken.
 *
 * @param fingerprint SHA-256 of its certificate
 * @param rtxOf by the SSRC of retransmissions, that of their media; empty where the answer names no
 *     SSRCs
 */
record Answer(
    String ufrag,
    String password,
    String fingerprint,
    InetSocketAddress candidate,
    Map<Integer, Integer> rtxOf) {

  Answer {
    rtxOf = Map.copyOf(rtxOf);
  }

  /**
   * Reads an answer.
   *
   * @throws IllegalArgumentException with a sentence, when there is no way to connect by it
   */
  static Answer parse(String sdp) {
    String ufrag = null;
    String password = null;
    String fingerprint = null;
    InetSocketAddress candidate = null;
    Map<Integer, Integer> rtxOf = new HashMap<>();
    for (String line : sdp.split("\r?\n", -1)) {
      if (line.startsWith("a=ice-ufrag:")) {
        ufrag = line.substring(12).strip();
      } else if (line.startsWith("a=ice-pwd:")) {
        password = line.substring(10).strip();
      } else if (line.startsWith("a=fingerprint:sha-256 ")) {
        fingerprint = line.substring(22).strip();
      } else if (line.startsWith("a=candidate:") && candidate == null) {
        candidate = candidate(line.substring(12).split(" ", -1));
      } else if (line.startsWith("a=ssrc-group:FID ")) {
        String[] pair = line.substring(17).strip().split(" ", -1);
        rtxOf.put(Integer.parseUnsignedInt(pair[1]), Integer.parseUnsignedInt(pair[0]));
      } else if (line.equals("a=setup:active")) {
        throw new IllegalArgumentException("the server insists on being the DTLS client");
      }
    }
    if (ufrag == null || password == null || fingerprint == null) {
      throw new IllegalArgumentException("the answer lacks ICE credentials or a fingerprint");
    }
    if (candidate == null) {
      throw new IllegalArgumentException("the answer has no UDP candidate with an IPv4 address");
    }
    return new Answer(ufrag, password, fingerprint, candidate, rtxOf);
  }

  /** Fields: foundation, component, transport, priority, address, port, … */
  private static @Nullable InetSocketAddress candidate(String[] fields) {
    boolean usable =
        fields.length > 5 && fields[2].equalsIgnoreCase("udp") && !fields[4].contains(":");
    return usable ? new InetSocketAddress(fields[4], Integer.parseInt(fields[5])) : null;
  }
}

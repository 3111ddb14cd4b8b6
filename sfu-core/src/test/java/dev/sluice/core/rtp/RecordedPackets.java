package dev.sluice.core.rtp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Packets that real browsers sent, decrypted, with the m-lines of their session. One recording is
 * one file under {@code dev/sluice/core/recordings}.
 */
public record RecordedPackets(String name, List<Section> sections, List<Packet> packets) {

  /** One m-line: extension ids by URI, codecs by payload type, RTX to its original's type. */
  public record Section(
      String kind,
      String mid,
      Map<String, Integer> extensionIds,
      Map<Integer, String> codecs,
      Map<Integer, Integer> originalPayloadTypes) {

    /** The id of an extension by the last part of its URI, or -1. */
    public int extensionId(String uriEnd) {
      return extensionIds.entrySet().stream()
          .filter(entry -> entry.getKey().endsWith(uriEnd))
          .map(Map.Entry::getValue)
          .findFirst()
          .orElse(-1);
    }
  }

  /** One datagram: milliseconds since the offer, "RTP", "RTCP", "STUN" or "DTLS", and its bytes. */
  @SuppressWarnings("ArrayRecordComponent") // Fixtures are not compared.
  public record Packet(int millis, String kind, byte[] bytes) {}

  public static final List<String> NAMES =
      List.of(
          "chromium-156-av1-simulcast-L1T3",
          "chromium-156-h264-simulcast",
          "chromium-156-vp8-simulcast",
          "chromium-156-vp9-simulcast-L1T3",
          "chromium-156-vp9-svc-L3T3_KEY",
          "firefox-153-av1-simulcast",
          "firefox-153-vp8-simulcast");

  /** All recordings, for parameterized tests. */
  public static Stream<RecordedPackets> all() {
    return NAMES.stream().map(RecordedPackets::load);
  }

  /** The packets of one kind. */
  public List<byte[]> ofKind(String kind) {
    return packets.stream().filter(p -> p.kind().equals(kind)).map(Packet::bytes).toList();
  }

  /** The m-line that negotiated this payload type. */
  public Section sectionOf(int payloadType) {
    return sections.stream()
        .filter(section -> section.codecs().containsKey(payloadType))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " has no payload type " + payloadType));
  }

  public static RecordedPackets load(String name) {
    String path = "/dev/sluice/core/recordings/" + name + ".txt";
    try (InputStream in = RecordedPackets.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new AssertionError("no recording " + path);
      }
      List<Section> sections = new ArrayList<>();
      List<Packet> packets = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n", -1)) {
        if (line.startsWith("# ")) {
          readAttribute(sections, line.substring(2));
        } else if (!line.isEmpty()) {
          String[] columns = line.split(" ", -1);
          byte[] bytes = HexFormat.of().parseHex(columns[2]);
          packets.add(new Packet(Integer.parseInt(columns[0]), columns[1], bytes));
        }
      }
      return new RecordedPackets(name, List.copyOf(sections), List.copyOf(packets));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void readAttribute(List<Section> sections, String line) {
    if (line.startsWith("m=")) {
      String kind = line.substring(2, line.indexOf(' '));
      sections.add(new Section(kind, "", new HashMap<>(), new HashMap<>(), new HashMap<>()));
      return;
    }
    if (sections.isEmpty()) {
      return;
    }
    Section section = sections.getLast();
    String[] words = line.substring(line.indexOf(':') + 1).split("[ /]", -1);
    if (line.startsWith("a=mid:")) {
      sections.set(
          sections.size() - 1,
          new Section(
              section.kind(),
              words[0],
              section.extensionIds(),
              section.codecs(),
              section.originalPayloadTypes()));
    } else if (line.startsWith("a=extmap:")) {
      String uri = line.substring(line.indexOf(' ') + 1);
      section.extensionIds().put(uri, Integer.parseInt(words[0]));
    } else if (line.startsWith("a=rtpmap:")) {
      section.codecs().put(Integer.parseInt(words[0]), words[1]);
    } else if (line.startsWith("a=fmtp:") && words[1].startsWith("apt=")) {
      int original = Integer.parseInt(words[1].substring(4));
      section.originalPayloadTypes().put(Integer.parseInt(words[0]), original);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}

package dev.sluice.core.codec;

import dev.sluice.core.media.Codec;
import dev.sluice.core.media.MediaKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Media packets that real browsers sent, one list per SSRC. Reads the recording on its own, so that
 * the tests do not lean on the code that parses RTP.
 */
final class RecordedPackets {
  private static final String DEPENDENCY_DESCRIPTOR = "dependency-descriptor";
  private static final String FOLDER = "/dev/sluice/core/recordings/";
  private static final String STREAM_ID = "sdes:rtp-stream-id";

  private RecordedPackets() {}

  /** One recorded packet without its RTP header and padding. */
  static final class Packet {
    final Codec codec;
    final int sequence;
    final long timestamp;
    final boolean marker;
    final byte[] payload;
    final byte @Nullable [] dependencyDescriptor;

    private Packet(Codec codec, byte[] bytes, int offset, byte @Nullable [] dependencyDescriptor) {
      this.codec = codec;
      this.sequence = (int) unsigned(bytes, 2, 2);
      this.timestamp = unsigned(bytes, 4, 4);
      this.marker = bytes[1] < 0;
      int padding = (bytes[0] & 0x20) != 0 ? bytes[bytes.length - 1] & 0xFF : 0;
      this.payload = Arrays.copyOfRange(bytes, offset, bytes.length - padding);
      this.dependencyDescriptor = dependencyDescriptor;
    }
  }

  /** One recorded SSRC: its rid, "" if it has none, and its packets in order of arrival. */
  record Stream(String rid, List<Packet> packets) {}

  /** The video streams of a recording, without retransmissions. */
  static List<Stream> read(String name) {
    Map<Integer, Codec> codecs = new HashMap<>();
    Map<Integer, String> extensions = new HashMap<>();
    Map<Long, String> rids = new HashMap<>();
    Map<Long, List<Packet>> streams = new LinkedHashMap<>();
    boolean video = false;
    for (String line : lines(name)) {
      if (line.startsWith("# m=")) {
        video = line.startsWith("# m=video");
      } else if (video && line.startsWith("# a=rtpmap:")) {
        String[] parts = line.substring("# a=rtpmap:".length()).split("[ /]", 3);
        Codec codec = Codec.byEncodingName(parts[1], MediaKind.VIDEO);
        if (codec != null) {
          codecs.put(Integer.valueOf(parts[0]), codec);
        }
      } else if (video && line.startsWith("# a=extmap:")) {
        String[] parts = line.substring("# a=extmap:".length()).split("[ /]", 2);
        extensions.put(Integer.valueOf(parts[0]), parts[1]);
      } else if (line.contains(" RTP ")) {
        byte[] bytes = HexFormat.of().parseHex(line.substring(line.lastIndexOf(' ') + 1));
        Codec codec = codecs.get(bytes[1] & 0x7F);
        if (codec != null) {
          Map<String, byte[]> elements = new HashMap<>();
          int offset = readExtensions(bytes, extensions, elements);
          long ssrc = unsigned(bytes, 8, 4);
          byte[] rid = elements.get(STREAM_ID);
          if (rid != null) {
            rids.put(ssrc, new String(rid, StandardCharsets.US_ASCII));
          }
          streams
              .computeIfAbsent(ssrc, _ -> new ArrayList<>())
              .add(new Packet(codec, bytes, offset, elements.get(DEPENDENCY_DESCRIPTOR)));
        }
      }
    }
    List<Stream> result = new ArrayList<>();
    streams.forEach(
        (ssrc, packets) ->
            result.add(new Stream(Objects.requireNonNullElse(rids.get(ssrc), ""), packets)));
    return result;
  }

  /** Fills in the elements of interest and returns where the payload begins. */
  private static int readExtensions(
      byte[] bytes, Map<Integer, String> names, Map<String, byte[]> elements) {
    int at = 12 + 4 * (bytes[0] & 0x0F);
    if ((bytes[0] & 0x10) == 0) {
      return at;
    }
    boolean oneByte = unsigned(bytes, at, 2) == 0xBEDE;
    int end = at + 4 + 4 * (int) unsigned(bytes, at + 2, 2);
    at += 4;
    while (at < end) {
      if (bytes[at] == 0) {
        at++;
        continue;
      }
      int id = oneByte ? bytes[at] >> 4 & 0x0F : bytes[at] & 0xFF;
      int length = oneByte ? (bytes[at] & 0x0F) + 1 : bytes[at + 1] & 0xFF;
      at += oneByte ? 1 : 2;
      String name = names.getOrDefault(id, "");
      byte[] data = Arrays.copyOfRange(bytes, at, at + length);
      if (name.contains(DEPENDENCY_DESCRIPTOR)) {
        elements.put(DEPENDENCY_DESCRIPTOR, data);
      } else if (name.endsWith(STREAM_ID) && !name.contains("repaired")) {
        elements.put(STREAM_ID, data);
      }
      at += length;
    }
    return end;
  }

  private static long unsigned(byte[] bytes, int offset, int length) {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value = value << 8 | (bytes[offset + i] & 0xFF);
    }
    return value;
  }

  private static List<String> lines(String name) {
    try (InputStream in = RecordedPackets.class.getResourceAsStream(FOLDER + name + ".txt")) {
      byte[] text = Objects.requireNonNull(in, name).readAllBytes();
      return new String(text, StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

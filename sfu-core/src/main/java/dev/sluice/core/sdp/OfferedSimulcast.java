package dev.sluice.core.sdp;

import static dev.sluice.core.sdp.SdpSyntax.error;
import static dev.sluice.core.sdp.SdpSyntax.quote;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The simulcast that a client offers to send (RFC 8853 with the stream ids of RFC 8851). Offers to
 * receive simulcast are passed over: a slot is one stream.
 *
 * @param streams the simulcast streams in order, each with its alternative stream ids; empty
 *     without simulcast
 * @param restrictions the text of each stream id's restrictions, "" without
 * @param paused the stream ids that start paused
 */
record OfferedSimulcast(
    List<List<String>> streams, Map<String, String> restrictions, Set<String> paused) {
  static final OfferedSimulcast NONE = new OfferedSimulcast(List.of(), Map.of(), Set.of());

  private static final int MAX_STREAM_IDS = 8;

  /** The most that a one-byte header extension holds (RFC 8285 §4.2). */
  private static final int MAX_ID_LENGTH = 16;

  /**
   * The simulcast of one m-line. Stream ids without a usable {@code a=rid} line are left out, as
   * RFC 8853 §5.2 demands.
   *
   * @param payloadTypes what the answer keeps; a stream id restricted to others is unusable
   */
  static OfferedSimulcast of(MediaDescription media, Set<Integer> payloadTypes)
      throws SdpException {
    Attribute simulcast = media.attributes().first("simulcast");
    if (simulcast == null) {
      return NONE;
    }
    String list = sendList(simulcast);
    if (list == null) {
      return NONE;
    }
    Map<String, String> restrictions = restrictions(media, payloadTypes);
    Set<String> seen = new HashSet<>();
    Set<String> paused = new HashSet<>();
    List<List<String>> streams = new ArrayList<>();
    for (String stream : SdpSyntax.split(list, ';')) {
      List<String> alternatives = new ArrayList<>();
      for (String item : SdpSyntax.split(stream, ',')) {
        String id = item.startsWith("~") ? item.substring(1) : item;
        checkId(simulcast, id);
        if (!seen.add(id)) {
          throw error(simulcast.line(), "the stream id " + quote(id) + " stands twice.");
        }
        if (seen.size() > MAX_STREAM_IDS) {
          throw error(simulcast.line(), "more than " + MAX_STREAM_IDS + " stream ids.");
        }
        if (restrictions.containsKey(id)) {
          alternatives.add(id);
          if (item.length() > id.length()) {
            paused.add(id);
          }
        }
      }
      if (!alternatives.isEmpty()) {
        streams.add(List.copyOf(alternatives));
      }
    }
    return new OfferedSimulcast(List.copyOf(streams), restrictions, paused);
  }

  /** Every stream id in order, alternatives flattened. */
  List<String> rids() {
    List<String> rids = new ArrayList<>();
    for (List<String> alternatives : streams) {
      rids.addAll(alternatives);
    }
    return rids;
  }

  /**
   * Adds the answer's lines. A stream that the client starts paused is answered as paused: without
   * the mark, libwebrtc would switch on an encoding that its application has switched off. It may
   * still switch it on later, without new negotiation.
   */
  void answer(List<Attribute> out) {
    if (streams.isEmpty()) {
      return;
    }
    for (String rid : rids()) {
      String restriction = restrictions.getOrDefault(rid, "");
      out.add(
          Attribute.of("rid", rid + " recv" + (restriction.isEmpty() ? "" : " " + restriction)));
    }
    List<String> joined = new ArrayList<>();
    for (List<String> alternatives : streams) {
      List<String> marked = new ArrayList<>();
      for (String rid : alternatives) {
        marked.add(paused.contains(rid) ? "~" + rid : rid);
      }
      joined.add(String.join(",", marked));
    }
    out.add(Attribute.of("simulcast", "recv " + String.join(";", joined)));
  }

  private static @Nullable String sendList(Attribute simulcast) throws SdpException {
    List<String> words = SdpSyntax.split(simulcast.value(), ' ');
    String list = null;
    for (int i = 0; i < words.size(); i += 2) {
      String direction = words.get(i);
      boolean send = direction.equals("send");
      if (i + 1 == words.size() || (!send && !direction.equals("recv")) || (send && list != null)) {
        throw error(
            simulcast.line(), "a=simulcast is of the form send <streams>, recv <streams> or both.");
      }
      if (send) {
        list = words.get(i + 1);
      }
    }
    return list;
  }

  /** The usable {@code a=rid} lines in direction send. */
  private static Map<String, String> restrictions(MediaDescription media, Set<Integer> payloadTypes)
      throws SdpException {
    Map<String, String> restrictions = new LinkedHashMap<>();
    for (Attribute attribute : media.attributes().all("rid")) {
      List<String> words = SdpSyntax.split(attribute.value(), ' ');
      if (words.size() < 2) {
        throw error(attribute.line(), "a=rid needs an id and a direction.");
      }
      if (!words.get(1).equals("send")) {
        continue;
      }
      String id = words.get(0);
      checkId(attribute, id);
      if (restrictions.containsKey(id)) {
        throw error(attribute.line(), "a second a=rid for " + quote(id) + ".");
      }
      String kept = words.size() == 2 ? "" : keptRestrictions(words.get(2), payloadTypes);
      if (kept != null) {
        restrictions.put(id, kept);
      }
    }
    return restrictions;
  }

  /**
   * The restrictions with the payload types of {@code pt=} cut down to the kept ones (RFC 8851
   * §6.3), or null when none of those is kept.
   */
  private static @Nullable String keptRestrictions(String text, Set<Integer> payloadTypes) {
    List<String> kept = new ArrayList<>();
    for (String restriction : SdpSyntax.split(text, ';')) {
      if (!restriction.startsWith("pt=")) {
        kept.add(restriction);
        continue;
      }
      List<String> formats = SdpSyntax.split(restriction.substring(3), ',');
      formats.removeIf(format -> !payloadTypes.contains((int) SdpSyntax.number(format, 127)));
      if (formats.isEmpty()) {
        return null;
      }
      kept.add("pt=" + String.join(",", formats));
    }
    return String.join(";", kept);
  }

  /** RFC 8852 §3.1 allows letters and digits; RFC 8851 §4 hyphen and underscore as well. */
  private static void checkId(Attribute attribute, String id) throws SdpException {
    boolean valid = !id.isEmpty() && id.length() <= MAX_ID_LENGTH;
    for (int i = 0; valid && i < id.length(); i++) {
      char c = id.charAt(i);
      valid = SdpSyntax.isAlphanumeric(c) || c == '-' || c == '_';
    }
    if (!valid) {
      throw error(
          attribute.line(),
          quote(id) + " is no stream id of 1 to " + MAX_ID_LENGTH + " letters and digits.");
    }
  }
}

package dev.sluice.api.session;

import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.SlotWish;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.control.SubscriberView.Mode;
import dev.sluice.core.media.TrackId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what a client wants to see. Stateless. */
final class ViewReader {
  private static final int MAX_SLOTS = 256;
  private static final int MAX_TRACKS = 512;
  private static final int MAX_MID_CHARS = 64;
  private static final int MAX_NAME_CHARS = 128;
  private static final int MAX_PIXELS = 16_384;
  private static final int MAX_FRAMES_PER_SECOND = 240;

  private ViewReader() {}

  static SubscriberView read(@Nullable String id, JsonFields fields) throws MessageException {
    Map<String, SlotWish> slots = new HashMap<>();
    Set<TrackId> bound = new HashSet<>();
    for (Map.Entry<String, JsonNode> entry : fields.objects("slots", MAX_SLOTS)) {
      if (entry.getKey().isEmpty() || entry.getKey().length() > MAX_MID_CHARS) {
        throw fields.fault("slots", "must have mids of 1 to " + MAX_MID_CHARS + " characters");
      }
      String path = "slots." + entry.getKey() + ".";
      SlotWish wish = wish(new JsonFields(entry.getValue(), path, id));
      if (wish.track() != null && !bound.add(wish.track())) {
        throw fields.fault("slots", "must not bind two slots to one track");
      }
      slots.put(entry.getKey(), wish);
    }
    boolean paged = fields.mentions("offset");
    return new SubscriberView(
        mode(fields),
        slots,
        tracks(fields, "pinned"),
        Set.copyOf(tracks(fields, "unsubscribed")),
        fields.number("speakers", 0, SubscriberView.ALL, paged ? 0 : SubscriberView.ALL),
        fields.number("offset", 0, SubscriberView.ALL, 0),
        fields.number("lastN", 0, SubscriberView.ALL, SubscriberView.ALL));
  }

  private static Mode mode(JsonFields fields) throws MessageException {
    String wanted = fields.optionalText("mode", MAX_NAME_CHARS);
    for (Mode mode : Mode.values()) {
      if (wanted == null || WireNames.of(mode).equals(wanted)) {
        return mode;
      }
    }
    throw fields.fault("mode", "must be one of automatic, manual, classic");
  }

  private static SlotWish wish(JsonFields fields) throws MessageException {
    boolean isBound = fields.mentions("track");
    String track = fields.optionalText("track", MAX_NAME_CHARS);
    if (track != null && track.isEmpty()) {
      throw fields.fault("track", "must not be empty");
    }
    return new SlotWish(
        isBound,
        track == null ? null : new TrackId(track),
        new SlotLimits(
            fields.number("maxWidth", 0, MAX_PIXELS, 0),
            fields.number("maxHeight", 0, MAX_PIXELS, 0),
            fields.number("maxFps", 0, MAX_FRAMES_PER_SECOND, 0)),
        fields.number("priority", 0, SlotWish.MAX_PRIORITY, 0));
  }

  private static List<TrackId> tracks(JsonFields fields, String field) throws MessageException {
    List<TrackId> tracks = new ArrayList<>();
    for (String track : fields.texts(field, MAX_TRACKS, MAX_NAME_CHARS)) {
      tracks.add(new TrackId(track));
    }
    return tracks;
  }
}

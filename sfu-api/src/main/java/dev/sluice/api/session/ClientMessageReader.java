package dev.sluice.api.session;

import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns a JSON object into a {@link ClientMessage}, field by field. Stateless. */
final class ClientMessageReader {
  private static final int PROTOCOL = 1;
  private static final int MAX_ID_CHARS = 64;
  private static final int MAX_NAME_CHARS = 128;
  private static final int MAX_MID_CHARS = 64;
  private static final int MAX_TOKEN_CHARS = 8192;
  private static final int MAX_CANDIDATE_CHARS = 1024;
  private static final int MAX_DATA_CHARS = 8192;
  private static final int MAX_ADDRESSEES = 100;

  private final int maxSdpChars;
  private final int maxTracks;

  ClientMessageReader(int maxSdpChars, int maxTracks) {
    this.maxSdpChars = maxSdpChars;
    this.maxTracks = maxTracks;
  }

  ClientMessage read(JsonNode json) throws MessageException {
    if (!json.isObject()) {
      throw new MessageException(
          ErrorCode.INVALID_MESSAGE, "A message must be a JSON object.", null);
    }
    String id = new JsonFields(json, "", null).optionalText("id", MAX_ID_CHARS);
    JsonFields fields = new JsonFields(json, "", id);
    String type = fields.text("type", 1, MAX_ID_CHARS);
    return switch (type) {
      case "join" -> join(id, fields);
      case "resume" -> resume(id, fields);
      case "offer" -> offer(id, fields);
      case "answerApplied" -> new ClientMessage.AnswerApplied(id, fields.number("negotiation", 1));
      case "candidate" ->
          new ClientMessage.Candidate(
              id,
              fields.text("candidate", 0, MAX_CANDIDATE_CHARS),
              fields.optionalText("mid", MAX_MID_CHARS));
      case "setView" -> new ClientMessage.SetView(id, ViewReader.read(id, fields));
      case "mute" ->
          new ClientMessage.Mute(
              id, new TrackId(fields.text("track", 1, MAX_NAME_CHARS)), fields.flag("muted"));
      case "raiseHand" -> new ClientMessage.RaiseHand(id, fields.flag("raised"));
      case "whisper" -> whisper(id, fields);
      case "sendData" ->
          new ClientMessage.SendData(
              id,
              participants(fields),
              fields.text("topic", 0, MAX_ID_CHARS),
              fields.text("data", 0, MAX_DATA_CHARS));
      case "moderate" -> moderate(id, fields);
      case "getDownlink" -> new ClientMessage.GetDownlink(id);
      case "ping" -> new ClientMessage.Ping(id, fields.decimal("time"));
      case "leave" -> new ClientMessage.Leave(id);
      default ->
          throw new MessageException(
              ErrorCode.UNKNOWN_TYPE, "This version knows no message of that type.", id);
    };
  }

  private static ClientMessage join(@Nullable String id, JsonFields fields)
      throws MessageException {
    requireProtocol(id, fields);
    return new ClientMessage.Join(
        id,
        new RoomId(fields.name("room", MAX_NAME_CHARS)),
        fields.optionalText("token", MAX_TOKEN_CHARS),
        orEmpty(fields.optionalName("identity", MAX_NAME_CHARS)),
        orEmpty(fields.optionalName("name", MAX_NAME_CHARS)),
        slots(fields.object("slots")));
  }

  private static ClientMessage whisper(@Nullable String id, JsonFields fields)
      throws MessageException {
    TrackId track = new TrackId(fields.text("track", 1, MAX_NAME_CHARS));
    return new ClientMessage.Whisper(
        id, track, fields.mentions("to") ? participants(fields) : null);
  }

  private static Set<ParticipantId> participants(JsonFields fields) throws MessageException {
    Set<ParticipantId> participants = new HashSet<>();
    for (String each : fields.texts("to", MAX_ADDRESSEES, MAX_NAME_CHARS)) {
      participants.add(new ParticipantId(each));
    }
    return participants;
  }

  private static ClientMessage moderate(@Nullable String id, JsonFields fields)
      throws MessageException {
    String wanted = fields.text("action", 1, MAX_ID_CHARS);
    for (ClientMessage.Moderate.Action action : ClientMessage.Moderate.Action.values()) {
      if (WireNames.of(action).equals(wanted)) {
        String participant = fields.optionalText("participant", MAX_NAME_CHARS);
        String track = fields.optionalText("track", MAX_NAME_CHARS);
        return new ClientMessage.Moderate(
            id,
            action,
            participant == null || participant.isEmpty() ? null : new ParticipantId(participant),
            track == null || track.isEmpty() ? null : new TrackId(track));
      }
    }
    throw fields.fault(
        "action", "must be one of mute, ask-to-unmute, lower-hand, remove, admit, lock, unlock");
  }

  private static SlotCounts slots(@Nullable JsonFields fields) throws MessageException {
    return fields == null
        ? SlotCounts.UNBOUNDED
        : new SlotCounts(
            fields.number("audio", 0, Integer.MAX_VALUE, Integer.MAX_VALUE),
            fields.number("video", 0, Integer.MAX_VALUE, Integer.MAX_VALUE));
  }

  private static ClientMessage resume(@Nullable String id, JsonFields fields)
      throws MessageException {
    requireProtocol(id, fields);
    return new ClientMessage.Resume(
        id,
        fields.text("session", 1, MAX_NAME_CHARS),
        fields.text("resumeToken", 1, MAX_NAME_CHARS),
        fields.number("lastSeq", 0));
  }

  private ClientMessage offer(@Nullable String id, JsonFields fields) throws MessageException {
    long negotiation = fields.number("negotiation", 1);
    String sdp = fields.text("sdp", 1, maxSdpChars);
    Map<String, PublishIntent> tracks = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : fields.objects("tracks", maxTracks)) {
      if (entry.getKey().isEmpty() || entry.getKey().length() > MAX_MID_CHARS) {
        throw fields.fault("tracks", "must have mids of 1 to " + MAX_MID_CHARS + " characters");
      }
      tracks.put(
          entry.getKey(),
          intent(new JsonFields(entry.getValue(), "tracks." + entry.getKey() + ".", id)));
    }
    return new ClientMessage.Offer(id, negotiation, sdp, tracks);
  }

  private static PublishIntent intent(JsonFields fields) throws MessageException {
    String wanted = fields.optionalText("source", MAX_NAME_CHARS);
    TrackSource source = wanted == null ? TrackSource.UNKNOWN : null;
    for (TrackSource candidate : TrackSource.values()) {
      if (WireNames.of(candidate).equals(wanted)) {
        source = candidate;
      }
    }
    if (source == null) {
      throw fields.fault(
          "source", "must be one of microphone, camera, screen, screen-audio, unknown");
    }
    return new PublishIntent(
        source,
        orEmpty(fields.optionalName("name", MAX_NAME_CHARS)),
        fields.flag("muted", false),
        fields.flag("encrypted", false));
  }

  private static void requireProtocol(@Nullable String id, JsonFields fields)
      throws MessageException {
    if (fields.number("protocol", 0) != PROTOCOL) {
      throw new MessageException(
          ErrorCode.UNSUPPORTED_PROTOCOL, "This server speaks protocol " + PROTOCOL + ".", id);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}

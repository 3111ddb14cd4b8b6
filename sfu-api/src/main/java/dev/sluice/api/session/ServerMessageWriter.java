package dev.sluice.api.session;

import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.Standing;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.media.ParticipantId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns a {@link ServerMessage} into a JSON object. Stateless. */
final class ServerMessageWriter {
  private static final int PROTOCOL = 1;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ServerMessageWriter() {}

  /**
   * The object of a message.
   *
   * @param seq its number in its session, or 0 for one that belongs to no session
   */
  static ObjectNode write(ServerMessage message, long seq) {
    return switch (message) {
      case ServerMessage.Joined joined -> joined(joined, seq);
      case ServerMessage.Moved moved -> moved(moved, seq);
      case ServerMessage.Resumed resumed -> typed("resumed", seq).put("session", resumed.session());
      case ServerMessage.Answer answer ->
          typed("answer", seq).put("negotiation", answer.negotiation()).put("sdp", answer.sdp());
      case ServerMessage.ParticipantJoined came ->
          typed("participantJoined", seq).set("participant", participant(came.participant()));
      case ServerMessage.Batch batch -> batch(batch.messages(), seq);
      case ServerMessage.ParticipantLeft gone ->
          typed("participantLeft", seq)
              .put("participant", gone.participant().value())
              .put("reason", WireNames.of(gone.reason()));
      case ServerMessage.TrackPublished published ->
          typed("trackPublished", seq).set("track", track(published.track()));
      case ServerMessage.TrackUnpublished ended ->
          typed("trackUnpublished", seq).put("track", ended.track().value());
      case ServerMessage.TrackMuted muted ->
          typed("trackMuted", seq).put("track", muted.track().value()).put("muted", muted.muted());
      case ServerMessage.TrackAvailability availability -> trackAvailability(availability, seq);
      case ServerMessage.PublishLimit limit ->
          typed("publishLimit", seq)
              .put("maxBitrateBps", limit.maxBitrateBps())
              .put("bitrateBps", limit.bitrateBps())
              .put("graceSeconds", limit.graceSeconds());
      case ServerMessage.PublishLayers layers -> publishLayers(layers, seq);
      case ServerMessage.SlotAssigned slot -> slotAssigned(slot, seq);
      case ServerMessage.SlotsWanted wanted ->
          typed("slotsWanted", seq).put("audio", wanted.audio()).put("video", wanted.video());
      case ServerMessage.Speakers speakers -> speakers(speakers.speakers(), seq);
      case ServerMessage.Media media ->
          typed("media", seq).put("state", media.connected() ? "connected" : "disconnected");
      case ServerMessage.Waiting _ -> typed("waiting", seq);
      case ServerMessage.ParticipantWaiting waiting ->
          typed("participantWaiting", seq).set("participant", participant(waiting.participant()));
      case ServerMessage.WaitingEnded ended ->
          typed("waitingEnded", seq).put("participant", ended.participant().value());
      case ServerMessage.RoomUpdated updated -> roomUpdated(updated.settings(), seq);
      case ServerMessage.ParticipantUpdated updated ->
          typed("participantUpdated", seq).set("participant", participant(updated.participant()));
      case ServerMessage.UnmuteRequested asked ->
          typed("unmuteRequested", seq).put("track", asked.track().value());
      case ServerMessage.PublishRefused refused ->
          typed("publishRefused", seq)
              .put("mid", refused.mid())
              .put("code", refused.code().wireName())
              .put("message", refused.message());
      case ServerMessage.Data data -> data(data, seq);
      case ServerMessage.Downlink(String requestId, DownlinkView downlink) -> {
        ObjectNode object = typed("downlink", seq);
        putIfPresent(object, "requestId", requestId);
        yield object.setAll(JSON.<ObjectNode>valueToTree(downlink));
      }
      case ServerMessage.Pong pong -> pong(pong.time(), seq);
      case ServerMessage.Failure error -> error(error, seq);
      case ServerMessage.Closed closed ->
          typed("closed", seq).put("code", closed.code()).put("message", closed.message());
    };
  }

  private static ObjectNode typed(String type, long seq) {
    ObjectNode object = NODES.objectNode().put("type", type);
    return seq == 0 ? object : object.put("seq", seq);
  }

  private static ObjectNode moved(ServerMessage.Moved moved, long seq) {
    ObjectNode object = typed("moved", seq).put("room", moved.room().value());
    object.set("participant", participant(moved.participant()));
    ArrayNode others = object.putArray("participants");
    moved.participants().forEach(other -> others.add(participant(other)));
    return object;
  }

  private static ObjectNode joined(ServerMessage.Joined joined, long seq) {
    ObjectNode object =
        typed("joined", seq)
            .put("protocol", PROTOCOL)
            .put("session", joined.credentials().session())
            .put("resumeToken", joined.credentials().resumeToken())
            .put("room", joined.room().value());
    object.set("participant", participant(joined.participant()));
    ArrayNode others = object.putArray("participants");
    joined.participants().forEach(other -> others.add(participant(other)));
    ArrayNode servers = object.putArray("iceServers");
    joined.iceServers().forEach(server -> servers.add(iceServer(server)));
    object
        .putObject("slotsWanted")
        .put("audio", joined.slotsWanted().audio())
        .put("video", joined.slotsWanted().video());
    return object.put("resumeSeconds", joined.resumeSeconds());
  }

  private static ObjectNode participant(ParticipantInfo participant) {
    ObjectNode object =
        NODES
            .objectNode()
            .put("id", participant.id().value())
            .put("identity", participant.identity())
            .put("name", participant.name());
    Standing standing = participant.standing();
    putIfPresent(object, "role", standing.role().isEmpty() ? null : standing.role());
    putIfPresent(object, "metadata", standing.metadata().isEmpty() ? null : standing.metadata());
    if (standing.handRaised()) {
      object.put("handRaised", true);
    }
    ArrayNode tracks = object.putArray("tracks");
    participant.tracks().forEach(track -> tracks.add(track(track)));
    return object;
  }

  private static ObjectNode track(TrackInfo track) {
    return NODES
        .objectNode()
        .put("id", track.id().value())
        .put("participant", track.participant().value())
        .put("mid", track.mid())
        .put("kind", WireNames.of(track.kind()))
        .put("source", WireNames.of(track.source()))
        .put("name", track.name())
        .put("muted", track.muted())
        .put("encrypted", track.encrypted())
        .put("csrc", track.csrc());
  }

  private static ObjectNode iceServer(IceServer server) {
    ObjectNode object = NODES.objectNode();
    ArrayNode urls = object.putArray("urls");
    server.urls().forEach(urls::add);
    putIfPresent(object, "username", server.username());
    putIfPresent(object, "credential", server.credential());
    return object;
  }

  private static ObjectNode batch(List<ServerMessage> messages, long seq) {
    ObjectNode object = typed("batch", seq);
    ArrayNode list = object.putArray("messages");
    messages.forEach(message -> list.add(write(message, 0)));
    return object;
  }

  private static ObjectNode roomUpdated(RoomSettings settings, long seq) {
    return typed("roomUpdated", seq)
        .put("metadata", settings.metadata())
        .put("locked", settings.policy().locked())
        .put("waitingRoom", settings.policy().waitingRoom())
        .put("encryptionRequired", settings.policy().encryptionRequired());
  }

  private static ObjectNode data(ServerMessage.Data data, long seq) {
    ObjectNode object = typed("data", seq);
    ParticipantId from = data.from();
    putIfPresent(object, "from", from == null ? null : from.value());
    return object.put("topic", data.topic()).put("data", data.data());
  }

  private static ObjectNode trackAvailability(
      ServerMessage.TrackAvailability availability, long seq) {
    RoomEvent.UnavailableReason reason = availability.reason();
    ObjectNode object =
        typed("trackAvailability", seq)
            .put("track", availability.track().value())
            .put("available", reason == null);
    return reason == null ? object : object.put("reason", WireNames.of(reason));
  }

  private static ObjectNode publishLayers(ServerMessage.PublishLayers layers, long seq) {
    ObjectNode object = typed("publishLayers", seq).put("track", layers.track().value());
    ArrayNode active = object.putArray("active");
    layers.active().forEach(active::add);
    return object;
  }

  private static ObjectNode slotAssigned(ServerMessage.SlotAssigned slot, long seq) {
    ObjectNode object = typed("slotAssigned", seq).put("mid", slot.mid());
    TrackInfo track = slot.track();
    return track == null ? object.putNull("track") : object.set("track", track(track));
  }

  private static ObjectNode speakers(List<RoomEvent.Speaker> speakers, long seq) {
    ObjectNode object = typed("speakers", seq);
    ArrayNode list = object.putArray("speakers");
    for (RoomEvent.Speaker speaker : speakers) {
      list.addObject()
          .put("participant", speaker.participant().value())
          .put("levelDbov", speaker.levelDbov());
    }
    return object;
  }

  /** A whole number comes back as one: {@code 5}, not {@code 5.0}. */
  private static ObjectNode pong(double time, long seq) {
    ObjectNode object = typed("pong", seq);
    boolean whole = time == Math.rint(time) && Math.abs(time) <= JsonFields.MAX_SAFE_INTEGER;
    return whole ? object.put("time", (long) time) : object.put("time", time);
  }

  private static ObjectNode error(ServerMessage.Failure error, long seq) {
    ObjectNode object =
        typed("error", seq).put("code", error.code().wireName()).put("message", error.message());
    putIfPresent(object, "requestId", error.requestId());
    return object.put("fatal", error.fatal());
  }

  private static void putIfPresent(ObjectNode object, String field, @Nullable String value) {
    if (value != null) {
      object.put(field, value);
    }
  }
}

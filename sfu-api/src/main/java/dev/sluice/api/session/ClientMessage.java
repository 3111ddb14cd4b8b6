package dev.sluice.api.session;

import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.SubscriberView;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client may say (docs/protocol.md, "From client to server"). */
public sealed interface ClientMessage {
  /** The client's own name for this message, repeated in an error that it causes; or null. */
  @Nullable String id();

  /**
   * Enters a room.
   *
   * @param token a JWT, or null
   * @param identity counts only without a token, may be empty
   * @param name counts only without a token, may be empty
   * @param mostSlots it is never asked to offer more slots than these
   */
  record Join(
      @Nullable String id,
      RoomId room,
      @Nullable String token,
      String identity,
      String name,
      SlotCounts mostSlots)
      implements ClientMessage {}

  /**
   * Goes on with a session whose socket dropped.
   *
   * @param lastSeq of the last server message that was received
   */
  record Resume(@Nullable String id, String session, String resumeToken, long lastSeq)
      implements ClientMessage {}

  /**
   * An offer to be answered.
   *
   * @param negotiation grows with each offer
   * @param tracks what is published, by mid
   */
  record Offer(@Nullable String id, long negotiation, String sdp, Map<String, PublishIntent> tracks)
      implements ClientMessage {
    public Offer {
      tracks = Map.copyOf(tracks);
    }
  }

  /** The client has applied the answer. */
  record AnswerApplied(@Nullable String id, long negotiation) implements ClientMessage {}

  /** A trickled candidate, or an empty one for the last. */
  record Candidate(@Nullable String id, String candidate, @Nullable String mid)
      implements ClientMessage {}

  /** What the client wants to see and hear from now on: the whole of it. */
  record SetView(@Nullable String id, SubscriberView view) implements ClientMessage {}

  /** A track of one's own is muted or not. */
  record Mute(@Nullable String id, TrackId track, boolean muted) implements ClientMessage {}

  /** One's own hand goes up or down. */
  record RaiseHand(@Nullable String id, boolean raised) implements ClientMessage {}

  /**
   * Lets only some have one of one's own tracks.
   *
   * @param to who; null for everyone again
   */
  record Whisper(@Nullable String id, TrackId track, @Nullable Set<ParticipantId> to)
      implements ClientMessage {
    public Whisper {
      to = to == null ? null : Set.copyOf(to);
    }
  }

  /**
   * Says something to others in the application's own words.
   *
   * @param to who gets it; empty for all others
   */
  record SendData(@Nullable String id, Set<ParticipantId> to, String topic, String data)
      implements ClientMessage {
    public SendData {
      to = Set.copyOf(to);
    }
  }

  /**
   * What a moderator does.
   *
   * @param participant whom it is about, where it is about somebody
   * @param track of that participant, where it is about a track
   */
  record Moderate(
      @Nullable String id,
      Action action,
      @Nullable ParticipantId participant,
      @Nullable TrackId track)
      implements ClientMessage {
    /** What can be done. */
    public enum Action {
      /** Mutes a track until its publisher unmutes it. */
      MUTE,
      /** Asks its publisher to. */
      ASK_TO_UNMUTE,
      /** Lowers somebody's hand. */
      LOWER_HAND,
      /** Takes somebody out, or sends away who waits. */
      REMOVE,
      /** Lets in who waits. */
      ADMIT,
      /** Nobody comes in any more. */
      LOCK,
      /** Everybody may again. */
      UNLOCK
    }
  }

  /** Asks how one's own path is used, and why. */
  record GetDownlink(@Nullable String id) implements ClientMessage {}

  /** Asks for a pong with the same time, whose unit is the client's. */
  record Ping(@Nullable String id, double time) implements ClientMessage {}

  /** Goes. */
  record Leave(@Nullable String id) implements ClientMessage {}
}

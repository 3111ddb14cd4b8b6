package dev.sluice.core.control;

import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a room tells one participant. */
public sealed interface RoomEvent {
  /**
   * Several changes that others have brought about, in their order; each is one that is told singly
   * otherwise.
   */
  record Batch(List<RoomEvent> changes) implements RoomEvent {
    public Batch {
      changes = List.copyOf(changes);
    }

    /** At least one change: by itself when there is no other. */
    public static RoomEvent of(List<RoomEvent> changes) {
      return changes.size() == 1 ? changes.getFirst() : new Batch(changes);
    }
  }

  /** The participant is in; who else is there. Always the first event, unless refused. */
  record Joined(ParticipantInfo self, List<ParticipantInfo> others) implements RoomEvent {
    public Joined {
      others = List.copyOf(others);
    }
  }

  /**
   * The participant has been taken to another room, with its peer connection. None of its slots
   * shows anything until {@link SlotAssigned} says so again, and nothing that was said of the room
   * before counts.
   *
   * @param self with the names that its tracks have here
   */
  record Moved(RoomId room, ParticipantInfo self, List<ParticipantInfo> others)
      implements RoomEvent {
    public Moved {
      others = List.copyOf(others);
    }
  }

  /** The participant waits to be admitted; then {@link Joined} follows, or {@link Removed}. */
  record Waiting() implements RoomEvent {}

  /** Somebody waits to be admitted; for moderators. */
  record ParticipantWaiting(ParticipantInfo participant) implements RoomEvent {}

  /** Somebody no longer waits; for moderators. */
  record WaitingEnded(ParticipantId participant) implements RoomEvent {}

  /** The room is set up differently from now on. */
  record RoomUpdated(RoomSettings settings) implements RoomEvent {}

  /** A participant stands differently in the room; the participant itself hears of it too. */
  record ParticipantUpdated(ParticipantInfo participant) implements RoomEvent {}

  /** A moderator would like this participant to unmute one of its tracks. */
  record UnmuteRequested(TrackId track) implements RoomEvent {}

  /**
   * What this participant sends on an m-line is not taken.
   *
   * @param mid of the m-line
   */
  record PublishRefused(String mid, RefusalCode code, String detail) implements RoomEvent {}

  /**
   * A message of the application.
   *
   * @param from who said it; null for the application itself
   */
  record DataReceived(@Nullable ParticipantId from, String topic, String data)
      implements RoomEvent {}

  /** The join was refused; no other event follows. */
  record Refused(RefusalCode code, String detail) implements RoomEvent {}

  /** Another participant came. */
  record ParticipantJoined(ParticipantInfo participant) implements RoomEvent {}

  /** Another participant is gone; its tracks have ended. */
  record ParticipantLeft(ParticipantId participant, LeaveReason reason) implements RoomEvent {}

  /** A track can be seen or heard; also sent to its own publisher, which so learns its id. */
  record TrackPublished(TrackInfo track) implements RoomEvent {}

  /** A track has ended. */
  record TrackUnpublished(TrackId track) implements RoomEvent {}

  /** A publisher muted or unmuted a track. */
  record TrackMuted(TrackId track, boolean muted) implements RoomEvent {}

  /**
   * A slot of this participant shows another track from its next frame on.
   *
   * @param mid the slot's m-line
   * @param track what it shows, or null for nothing
   */
  record SlotAssigned(String mid, @Nullable TrackInfo track) implements RoomEvent {}

  /**
   * A view was not taken over; the one before stays in force.
   *
   * @param request what the caller called its command
   * @param mid the slot that was wrong in it
   */
  record ViewRefused(String request, ViewFault fault, String mid) implements RoomEvent {}

  /** What is wrong with a slot of a view. */
  enum ViewFault {
    /** No receive m-line of the participant has this mid. */
    UNKNOWN_SLOT,
    /** Nobody publishes the track, or this participant may not have it. */
    UNKNOWN_TRACK,
    /** The track is audio and the slot is video, or the other way round. */
    WRONG_KIND
  }

  /**
   * There are more tracks than this participant has slots (or fewer than before): with a new offer
   * of so many receive m-lines it would have all that it can use. Never more than it said at its
   * join.
   */
  record SlotsWanted(int audio, int video) implements RoomEvent {}

  /**
   * Whether this participant gets the media of a track that one of its slots shows. It does until
   * it is told otherwise.
   *
   * @param reason why not; null when it does (again)
   */
  record TrackAvailability(TrackId track, @Nullable UnavailableReason reason)
      implements RoomEvent {}

  /** Why a participant does not get the media of a track. */
  enum UnavailableReason {
    /** The subscriber's path does not carry even its lowest layer. */
    BANDWIDTH,
    /** Nobody needed it, so its publisher stopped it; it has been asked for again. */
    RESUMING,
    /** Even its lowest layer is more than the video that this participant may be sent. */
    CAPPED,
    /** What the publisher sends is none of the codecs that the participant has negotiated. */
    CODEC
  }

  /**
   * Which layers of one of its tracks this publisher need send for now. It may send more: nobody
   * gets them.
   *
   * @param rids of the simulcast streams that are of use, the rest is not; the one stream of a
   *     track without simulcast has the empty id
   */
  record LayersWanted(TrackId track, List<String> rids) implements RoomEvent {
    public LayersWanted {
      rids = List.copyOf(rids);
    }
  }

  /**
   * This publisher sends more than it may. If it goes on after the grace, its largest track is
   * muted ({@link TrackMuted}), and so on.
   *
   * @param maxBitrateBps what it may send, all tracks together
   * @param bitrateBps what it sends
   * @param graceNanos how long it has to change that
   */
  record PublishLimitExceeded(long maxBitrateBps, long bitrateBps, long graceNanos)
      implements RoomEvent {}

  /** Who speaks now, loudest first. */
  record SpeakersChanged(List<Speaker> speakers) implements RoomEvent {
    public SpeakersChanged {
      speakers = List.copyOf(speakers);
    }
  }

  /**
   * One who speaks.
   *
   * @param levelDbov 0 (loudest) to -127 (silence), RFC 6464
   */
  record Speaker(ParticipantId participant, int levelDbov) {}

  /**
   * The media path of this participant came up (ICE and DTLS done) or its checks stopped for now.
   */
  record MediaStateChanged(boolean connected) implements RoomEvent {}

  /** This participant has been taken out of the room; the last event. */
  record Removed(LeaveReason reason) implements RoomEvent {}
}

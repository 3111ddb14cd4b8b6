package dev.sluice.core.control;

import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.sdp.NegotiatedSession;
import java.util.Map;

/**
 * An order to a room, carried out by the worker that owns it, in the order in which one caller gave
 * them.
 */
public sealed interface RoomCommand {
  /** The room that it is for. */
  RoomId room();

  /**
   * Enters a room, which is made when it does not exist. Answered by {@link RoomEvent.Joined} or
   * {@link RoomEvent.Refused}.
   *
   * @param mostSlots it never wants to be asked for more slots than these
   * @param listener receives every event for this participant until it has left
   */
  record Join(
      RoomId room,
      ParticipantId participant,
      String identity,
      String name,
      Grants grants,
      SlotCounts mostSlots,
      RoomEventListener listener)
      implements RoomCommand {
    /** Of one that takes as many slots as there are tracks. */
    public Join(
        RoomId room,
        ParticipantId participant,
        String identity,
        String name,
        Grants grants,
        RoomEventListener listener) {
      this(room, participant, identity, name, grants, SlotCounts.UNBOUNDED, listener);
    }
  }

  /**
   * Puts a new agreement into force for what the participant sends. Slots that are new in it stay
   * silent until {@link ConfirmAnswer}.
   *
   * @param negotiation grows with each offer of this participant
   * @param intents by mid
   */
  record ApplyNegotiation(
      RoomId room,
      ParticipantId participant,
      long negotiation,
      NegotiatedSession session,
      Map<String, PublishIntent> intents)
      implements RoomCommand {
    public ApplyNegotiation {
      intents = Map.copyOf(intents);
    }
  }

  /** The client has applied the answer: its slots may carry media. */
  record ConfirmAnswer(RoomId room, ParticipantId participant, long negotiation)
      implements RoomCommand {}

  /** The publisher muted or unmuted one of its tracks. */
  record SetTrackMuted(RoomId room, ParticipantId participant, TrackId track, boolean muted)
      implements RoomCommand {}

  /**
   * Limits automatic assignment to some tracks (WHEP's {@code ?track=} and {@code ?participant=}).
   *
   * @param track a track id or empty for all
   * @param publisher a participant's id or identity, or empty for all
   */
  record NarrowSubscription(RoomId room, ParticipantId participant, String track, String publisher)
      implements RoomCommand {}

  /**
   * Says what the participant wants to see and hear from now on. Refused as a whole with {@link
   * RoomEvent.ViewRefused}.
   *
   * @param request what the caller calls this command; repeated in the refusal
   */
  record SetView(RoomId room, ParticipantId participant, String request, SubscriberView view)
      implements RoomCommand {}

  /** The participant leaves; its tracks end. Unknown participants are ignored. */
  record Leave(RoomId room, ParticipantId participant, LeaveReason reason) implements RoomCommand {}

  /** Removes everyone and ends the room, also one that would live on when it is empty. */
  record CloseRoom(RoomId room, LeaveReason reason) implements RoomCommand {}
}

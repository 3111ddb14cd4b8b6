package dev.sluice.core.control;

import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.sdp.NegotiatedSession;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
   * @param standing what it may do, and how it presents itself
   * @param mostSlots it never wants to be asked for more slots than these
   * @param listener receives every event for this participant until it has left
   */
  record Join(
      RoomId room,
      ParticipantId participant,
      String identity,
      String name,
      Standing standing,
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
      this(room, participant, identity, name, Standing.of(grants), SlotCounts.UNBOUNDED, listener);
    }

    /** What it may do. */
    public Grants grants() {
      return standing.grants();
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
      implements OfParticipant {}

  /** The publisher muted or unmuted one of its tracks. */
  record SetTrackMuted(RoomId room, ParticipantId participant, TrackId track, boolean muted)
      implements OfParticipant {}

  /**
   * Limits automatic assignment to some tracks (WHEP's {@code ?track=} and {@code ?participant=}).
   *
   * @param track a track id or empty for all
   * @param publisher a participant's id or identity, or empty for all
   */
  record NarrowSubscription(RoomId room, ParticipantId participant, String track, String publisher)
      implements OfParticipant {}

  /**
   * Says what the participant wants to see and hear from now on. Refused as a whole with {@link
   * RoomEvent.ViewRefused}.
   *
   * @param request what the caller calls this command; repeated in the refusal
   */
  record SetView(RoomId room, ParticipantId participant, String request, SubscriberView view)
      implements OfParticipant {}

  /** Locks the room or opens it. */
  record SetLocked(RoomId room, boolean locked) implements RoomCommand {}

  /** Lets one in who waits. */
  record Admit(RoomId room, ParticipantId participant) implements RoomCommand {}

  /** Takes out everyone of an identity, hidden ones and those who wait included. */
  record RemoveIdentity(RoomId room, String identity, LeaveReason reason) implements RoomCommand {}

  /** What concerns one participant who is in the room; nothing when it is gone. */
  sealed interface OfParticipant extends RoomCommand {
    /** Whom it is about. */
    ParticipantId participant();
  }

  /**
   * An operator mutes a track: nobody gets it until its publisher unmutes it, which it may only
   * with the grant.
   */
  record MuteTrack(RoomId room, ParticipantId participant, TrackId track)
      implements OfParticipant {}

  /** Asks a publisher to unmute a track; it may decline. */
  record AskToUnmute(RoomId room, ParticipantId participant, TrackId track)
      implements OfParticipant {}

  /** The participant's hand goes up or down. */
  record RaiseHand(RoomId room, ParticipantId participant, boolean raised)
      implements OfParticipant {}

  /**
   * Lets only some hear or see a track.
   *
   * @param listeners who; null for everyone
   */
  record Whisper(
      RoomId room, ParticipantId participant, TrackId track, @Nullable Set<ParticipantId> listeners)
      implements OfParticipant {
    public Whisper {
      listeners = listeners == null ? null : Set.copyOf(listeners);
    }
  }

  /** Lays down what the participant gets of a track. */
  record SetSubscription(
      RoomId room, ParticipantId participant, TrackId track, SubscriptionRule rule)
      implements OfParticipant {}

  /**
   * Hands a message of the application to others in the room.
   *
   * @param from who says it; null for the application itself
   * @param to who gets it; empty for all others
   */
  record SendData(
      RoomId room, @Nullable ParticipantId from, Set<ParticipantId> to, String topic, String data)
      implements RoomCommand {
    public SendData {
      to = Set.copyOf(to);
    }
  }

  /**
   * The participant leaves, or no longer waits; its tracks end. Unknown participants are ignored.
   */
  record Leave(RoomId room, ParticipantId participant, LeaveReason reason) implements RoomCommand {}

  /** Removes everyone and ends the room, also one that would live on when it is empty. */
  record CloseRoom(RoomId room, LeaveReason reason) implements RoomCommand {}
}

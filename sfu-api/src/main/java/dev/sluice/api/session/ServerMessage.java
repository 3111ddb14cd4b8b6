package dev.sluice.api.session;

import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server says (docs/protocol.md, "From server to client"). The sequence number is not part
 * of a message: it is given when it is written.
 */
public sealed interface ServerMessage {
  /** The client is in. */
  record Joined(
      Credentials credentials,
      RoomId room,
      ParticipantInfo participant,
      List<ParticipantInfo> participants,
      List<IceServer> iceServers,
      SlotsWanted slotsWanted,
      long resumeSeconds)
      implements ServerMessage {
    public Joined {
      participants = List.copyOf(participants);
      iceServers = List.copyOf(iceServers);
    }
  }

  /**
   * The client has been taken to another room.
   *
   * @param participant itself, with the names that its tracks have there
   */
  record Moved(RoomId room, ParticipantInfo participant, List<ParticipantInfo> participants)
      implements ServerMessage {
    public Moved {
      participants = List.copyOf(participants);
    }
  }

  /**
   * What a client needs to resume.
   *
   * @param session names the session
   * @param resumeToken proves that it is one's own
   */
  record Credentials(String session, String resumeToken) {
    private static final int SESSION_ID_BYTES = 16;
    private static final int RESUME_TOKEN_BYTES = 24;

    /** Those of a new session. */
    static Credentials random(SessionEnvironment environment) {
      byte[] secret = new byte[RESUME_TOKEN_BYTES];
      environment.random().nextBytes(secret);
      return new Credentials(
          environment.randomName("S-", SESSION_ID_BYTES),
          Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /**
     * Whether this is the token that the client was given; takes equally long for every wrong one.
     */
    boolean areProvedBy(String token) {
      return MessageDigest.isEqual(
          resumeToken.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
      return "Credentials[" + session + "]";
    }
  }

  /** The session goes on; what was missed has been sent again before this. */
  record Resumed(String session) implements ServerMessage {}

  /** To one offer. */
  record Answer(long negotiation, String sdp) implements ServerMessage {}

  /** Several messages in one, in their order. */
  record Batch(List<ServerMessage> messages) implements ServerMessage {
    public Batch {
      messages = List.copyOf(messages);
    }
  }

  /** Another participant came. */
  record ParticipantJoined(ParticipantInfo participant) implements ServerMessage {}

  /** Another participant is gone. */
  record ParticipantLeft(ParticipantId participant, LeaveReason reason) implements ServerMessage {}

  /** A track can be seen or heard. */
  record TrackPublished(TrackInfo track) implements ServerMessage {}

  /** A track has ended. */
  record TrackUnpublished(TrackId track) implements ServerMessage {}

  /** A publisher muted or unmuted a track. */
  record TrackMuted(TrackId track, boolean muted) implements ServerMessage {}

  /**
   * The client gets the media of a track that one of its slots shows, or why not.
   *
   * @param reason null when it does (again)
   */
  record TrackAvailability(TrackId track, RoomEvent.@Nullable UnavailableReason reason)
      implements ServerMessage {}

  /**
   * Which layers of a track of its own the client need send for now.
   *
   * @param active their rids
   */
  record PublishLayers(TrackId track, List<String> active) implements ServerMessage {
    public PublishLayers {
      active = List.copyOf(active);
    }
  }

  /**
   * The client sends more than it may; if that goes on, its tracks are muted one by one.
   *
   * @param maxBitrateBps what it may send, all tracks together
   * @param bitrateBps what it sends
   * @param graceSeconds how long it has to change that
   */
  record PublishLimit(long maxBitrateBps, long bitrateBps, long graceSeconds)
      implements ServerMessage {}

  /** A slot shows another track, or nothing. */
  record SlotAssigned(String mid, @Nullable TrackInfo track) implements ServerMessage {}

  /** How many receive m-lines would show everything. */
  record SlotsWanted(int audio, int video) implements ServerMessage {
    static final SlotsWanted NONE = new SlotsWanted(0, 0);

    /** As many as these publish tracks, within what a client will offer. */
    static SlotsWanted toShow(List<ParticipantInfo> participants, SlotCounts most) {
      int audio = 0;
      int video = 0;
      for (ParticipantInfo participant : participants) {
        for (TrackInfo track : participant.tracks()) {
          switch (track.kind()) {
            case AUDIO -> audio++;
            case VIDEO -> video++;
          }
        }
      }
      return new SlotsWanted(Math.min(audio, most.audio()), Math.min(video, most.video()));
    }
  }

  /** Who speaks now, loudest first. */
  record Speakers(List<RoomEvent.Speaker> speakers) implements ServerMessage {
    public Speakers {
      speakers = List.copyOf(speakers);
    }
  }

  /** The media path came up or its checks stopped. */
  record Media(boolean connected) implements ServerMessage {}

  /** The client waits to be admitted; {@link Joined} or {@link Closed} follows. */
  record Waiting() implements ServerMessage {}

  /** Somebody waits to be admitted. */
  record ParticipantWaiting(ParticipantInfo participant) implements ServerMessage {}

  /** Somebody no longer waits. */
  record WaitingEnded(ParticipantId participant) implements ServerMessage {}

  /** The room is set up differently from now on. */
  record RoomUpdated(RoomSettings settings) implements ServerMessage {}

  /** Somebody stands differently in the room; the client itself too. */
  record ParticipantUpdated(ParticipantInfo participant) implements ServerMessage {}

  /** A moderator would like the client to unmute one of its tracks. */
  record UnmuteRequested(TrackId track) implements ServerMessage {}

  /** What the client sends on an m-line is not taken. */
  record PublishRefused(String mid, ErrorCode code, String message) implements ServerMessage {}

  /**
   * Something in the application's own words.
   *
   * @param from who said it; null for the application itself
   */
  record Data(@Nullable ParticipantId from, String topic, String data) implements ServerMessage {}

  /** How the client's path is used, and why, as it asked. */
  record Downlink(@Nullable String requestId, DownlinkView downlink) implements ServerMessage {}

  /** To one ping. */
  record Pong(double time) implements ServerMessage {}

  /** A request was not carried out. */
  record Failure(ErrorCode code, String message, @Nullable String requestId, boolean fatal)
      implements ServerMessage {}

  /** The last message. */
  record Closed(String code, String message) implements ServerMessage {}
}

package dev.sluice.api.rest;

import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.SubscriptionRule;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.media.TrackId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What is done to those in a room: admit, mute, ask to unmute, subscribe, send a message. */
@RestController
final class ModerationController {
  static final String TRACK = ParticipantsController.PARTICIPANT + "/tracks/{track}";

  private static final int MAX_TOPIC_CHARS = 64;
  private static final int MAX_DATA_CHARS = 8192;
  private static final int MAX_ADDRESSEES = 100;
  private static final int MAX_PICTURE = 16_384;
  private static final int MAX_FRAMES_PER_SECOND = 240;

  private final RoomDirectory directory;

  ModerationController(RoomDirectory directory) {
    this.directory = directory;
  }

  /**
   * What a participant gets of a track, whatever its own view says.
   *
   * @param subscription {@code subscribed}, {@code unsubscribed}, or {@code by-view} to leave it to
   *     the participant (again)
   * @param maxWidth of the pictures that it is sent of the track; 0 for no limit
   * @param maxHeight of the same
   * @param maxFps of the same
   */
  record SubscriptionRequest(
      @Nullable String subscription,
      @Nullable Integer maxWidth,
      @Nullable Integer maxHeight,
      @Nullable Integer maxFps) {
    private SubscriptionRule rule() throws RequestException {
      return new SubscriptionRule(
          Fields.constant(
              "subscription",
              subscription == null ? "by-view" : subscription,
              SubscriptionRule.Allowance.values()),
          new SlotLimits(
              limit("maxWidth", maxWidth, MAX_PICTURE),
              limit("maxHeight", maxHeight, MAX_PICTURE),
              limit("maxFps", maxFps, MAX_FRAMES_PER_SECOND)));
    }

    private static int limit(String field, @Nullable Integer value, int max)
        throws RequestException {
      return value == null ? 0 : Fields.between(field, value, 0, max);
    }
  }

  /**
   * A message of the application.
   *
   * @param to ids of participants; left out or empty for all
   * @param topic says what the data is, at most 64 characters
   * @param data at most 8192 characters
   */
  record DataRequest(
      @Nullable List<@Nullable String> to, @Nullable String topic, @Nullable String data) {}

  /** A command about somebody's track. */
  private interface TrackCommand {
    RoomCommand about(RoomId room, ParticipantId publisher, TrackId track);
  }

  /** Lets one in who waits. */
  @PostMapping(path = ParticipantsController.PARTICIPANT + "/admit")
  ResponseEntity<Void> admitParticipant(@PathVariable String room, @PathVariable String participant)
      throws RequestException {
    RoomId id = SdpExchange.roomId(room);
    directory.submit(new RoomCommand.Admit(id, directory.waiting(id, participant).id()));
    return accepted();
  }

  /** Mutes a track: nobody gets it until its publisher unmutes it. */
  @PostMapping(path = TRACK + "/mute")
  ResponseEntity<Void> muteTrack(
      @PathVariable String room, @PathVariable String participant, @PathVariable String track)
      throws RequestException {
    return submit(room, participant, track, RoomCommand.MuteTrack::new);
  }

  /** Asks the publisher of a track to unmute it; only itself can. */
  @PostMapping(path = TRACK + "/ask-to-unmute")
  ResponseEntity<Void> askToUnmute(
      @PathVariable String room, @PathVariable String participant, @PathVariable String track)
      throws RequestException {
    return submit(room, participant, track, RoomCommand.AskToUnmute::new);
  }

  /** Lays down what a participant gets of a track of somebody else. */
  @PutMapping(
      path = ParticipantsController.PARTICIPANT + "/subscriptions/{track}",
      consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Void> setSubscription(
      @PathVariable String room,
      @PathVariable String participant,
      @PathVariable String track,
      @RequestBody SubscriptionRequest body)
      throws RequestException {
    RoomId id = SdpExchange.roomId(room);
    ParticipantInfo subscriber = directory.participant(id, participant);
    TrackId found = directory.track(id, track);
    directory.submit(new RoomCommand.SetSubscription(id, subscriber.id(), found, body.rule()));
    return ResponseEntity.noContent().build();
  }

  /** Sends a message of the application to those in the room, over their WebSockets. */
  @PostMapping(path = RoomsController.ROOM + "/data", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Void> sendData(@PathVariable String room, @RequestBody DataRequest body)
      throws RequestException {
    RoomId id = directory.room(SdpExchange.roomId(room)).id();
    String topic = body.topic() == null ? "" : body.topic();
    String data = body.data();
    if (data == null) {
      throw Fields.wrong("data", "is missing");
    }
    directory.submit(
        new RoomCommand.SendData(
            id,
            null,
            addressees(body.to()),
            Fields.atMost("topic", topic, MAX_TOPIC_CHARS),
            Fields.atMost("data", data, MAX_DATA_CHARS)));
    return accepted();
  }

  private ResponseEntity<Void> submit(
      String room, String participant, String track, TrackCommand command) throws RequestException {
    RoomId id = SdpExchange.roomId(room);
    ParticipantInfo publisher = directory.participant(id, participant);
    TrackId found = directory.track(publisher, track);
    directory.submit(command.about(id, publisher.id(), found));
    return accepted();
  }

  private static Set<ParticipantId> addressees(@Nullable List<@Nullable String> names)
      throws RequestException {
    Set<ParticipantId> addressees = new HashSet<>();
    if (names == null) {
      return addressees;
    }
    Fields.between("to", names.size(), 0, MAX_ADDRESSEES);
    for (String name : names) {
      if (name == null || name.isBlank()) {
        throw Fields.wrong("to", "lists ids of participants");
      }
      addressees.add(new ParticipantId(name));
    }
    return addressees;
  }

  private static ResponseEntity<Void> accepted() {
    return ResponseEntity.accepted().build();
  }
}

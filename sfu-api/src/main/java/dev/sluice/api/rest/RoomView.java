package dev.sluice.api.rest;

import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.Codec;
import java.time.Duration;
import java.util.List;

/**
 * A room as the API shows it.
 *
 * @param id its name
 * @param maxParticipants who may be in it at a time, hidden ones included
 * @param codecs that may be negotiated, by their SDP names
 * @param emptyTimeoutSeconds how long it lives on when nobody is in it
 * @param participants who is there, hidden ones left out
 */
record RoomView(
    String id,
    int maxParticipants,
    List<String> codecs,
    long emptyTimeoutSeconds,
    List<ParticipantView> participants) {
  static RoomView of(RoomInfo info, RoomSettings settings) {
    return new RoomView(
        info.id().value(),
        settings.maxParticipants(),
        settings.codecs().stream().sorted().map(Codec::encodingName).toList(),
        Duration.ofNanos(settings.emptyTimeoutNanos()).toSeconds(),
        info.participants().stream().map(ParticipantView::of).toList());
  }
}

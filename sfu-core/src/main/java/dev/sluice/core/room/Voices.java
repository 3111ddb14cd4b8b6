package dev.sluice.core.room;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.rtp.AudioLevel;
import dev.sluice.core.selection.LoudnessRanking;
import dev.sluice.core.selection.SpeakerDetector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is heard and who speaks: feeds the audio levels of a room to the two that judge them. {@link
 * LoudnessRanking} answers with each packet which voices go into few slots; {@link SpeakerDetector}
 * three times a second who is a speaker to the eye. Owner: the room's worker.
 */
final class Voices {
  private static final long INTERVAL_NANOS = 333_000_000;
  private static final int MAX_SPEAKERS = 8;

  private final LoudnessRanking<PublishedTrack> ranking = new LoudnessRanking<>();
  private final SpeakerDetector<ParticipantId> speakers = new SpeakerDetector<>();
  private final Map<ParticipantId, Integer> places = new HashMap<>();
  private long dueNanos = Long.MAX_VALUE;

  void add(PublishedTrack track) {
    if (track.section().kind() == MediaKind.AUDIO) {
      ranking.add((int) track.csrc(), track);
    }
  }

  void remove(PublishedTrack track) {
    ranking.remove((int) track.csrc());
  }

  /** Somebody has left. */
  void remove(Participant participant) {
    participant.tracks().values().forEach(this::remove);
    speakers.remove(participant.id());
    notePlaces();
  }

  /**
   * A packet with a level.
   *
   * @return whether its track is now to be heard before another one
   */
  boolean handleLevel(PublishedTrack track, MediaPacket packet, long nowNanos) {
    int level = AudioLevel.level(packet.buffer(), packet.audioLevelOffset());
    speakers.handleLevel(track.participant(), level, nowNanos);
    if (dueNanos == Long.MAX_VALUE) {
      dueNanos = nowNanos + INTERVAL_NANOS;
    }
    return ranking.handleLevel((int) track.csrc(), level, nowNanos);
  }

  /** When {@link #update} is due. */
  long dueNanos() {
    return dueNanos;
  }

  /** What everyone is told when others speak now than before, or null. */
  RoomEvent.@Nullable SpeakersChanged update(long nowNanos) {
    dueNanos = nowNanos + INTERVAL_NANOS;
    if (!speakers.update(nowNanos)) {
      return null;
    }
    List<RoomEvent.Speaker> now = new ArrayList<>();
    for (ParticipantId speaker : speakers.speakers()) {
      if (now.size() < MAX_SPEAKERS) {
        now.add(new RoomEvent.Speaker(speaker, speakers.levelDbov(speaker)));
      }
    }
    return new RoomEvent.SpeakersChanged(now);
  }

  /** Whether, since the last call, others are to be seen first. */
  boolean takeOrderChange() {
    boolean changed = speakers.takeOrderChange();
    if (changed) {
      notePlaces();
    }
    return changed;
  }

  /**
   * The place of a track among those that are wanted most: of audio by its own level, of video by
   * whether its participant spoke. {@link Integer#MAX_VALUE} for one that never spoke.
   */
  int placeOf(PublishedTrack track) {
    return track.section().kind() == MediaKind.AUDIO
        ? ranking.placeOf((int) track.csrc())
        : places.getOrDefault(track.participant(), Integer.MAX_VALUE);
  }

  private void notePlaces() {
    places.clear();
    speakers.order().forEach(speaker -> places.put(speaker, places.size()));
  }
}

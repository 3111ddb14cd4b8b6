package dev.sluice.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Offers;
import dev.sluice.api.session.Signalling.Client;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.TrackSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom the server lets publish what, whatever a client says. Offers have audio 0 and video 1. */
@Tag("S5")
class PublishGrantTest {
  private static final PublishGrant CALL =
      new PublishGrant(Set.of(), Set.of(TrackSource.MICROPHONE, TrackSource.CAMERA));

  private final Signalling signalling = new Signalling();

  private Client joinWith(PublishGrant publishing) {
    Client ada = signalling.connect();
    ada.say(
        Map.of(
            "type",
            "join",
            "protocol",
            1,
            "room",
            "standup",
            "token",
            signalling.token("standup", publishing)));
    assertThat(ada.lastType()).isEqualTo("joined");
    return ada;
  }

  private static Map<String, Object> offer(
      int negotiation, @Nullable String audio, @Nullable String video) {
    Map<String, Object> tracks = new HashMap<>();
    if (audio != null) {
      tracks.put("0", Map.of("source", audio));
    }
    if (video != null) {
      tracks.put("1", Map.of("source", video));
    }
    return Map.of(
        "type",
        "offer",
        "id",
        "o1",
        "negotiation",
        negotiation,
        "sdp",
        Offers.PUBLISH,
        "tracks",
        tracks);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "microphone,   camera,     true",
        "microphone,   screen,     false",
        "screen-audio, camera,     false",
        "none,         camera,     false",
        "microphone,   none,       false",
        "microphone,   unknown,    false",
        "microphone,   microphone, false",
        "camera,       camera,     false",
      })
  void answersOnlyOffersOfSourcesThatAreGranted(
      @Nullable String audio, @Nullable String video, boolean granted) {
    Client ada = joinWith(CALL);
    ada.say(offer(1, audio, video));
    if (granted) {
      assertThat(ada.lastType()).isEqualTo("answer");
    } else {
      assertThat(ada.lastCode()).isEqualTo("not-permitted");
      assertThat(ada.channel.last().get("requestId").stringValue()).isEqualTo("o1");
      assertThat(ada.channel.last().get("fatal").booleanValue()).isFalse();
      assertThat(signalling.sfu.commands(RoomCommand.ApplyNegotiation.class)).isEmpty();
    }
  }

  @Test
  void saysWhichTrackIsNotGranted() {
    Client ada = joinWith(CALL);
    ada.say(offer(1, "microphone", "screen"));
    assertThat(ada.channel.last().get("message").stringValue())
        .contains("video", "\"screen\"", "m-line \"1\"");
  }

  @Test
  void doesNotLetATrackChangeItsSourceLater() {
    Client ada = joinWith(CALL);
    ada.say(offer(1, "microphone", "camera"));
    assertThat(ada.lastType()).isEqualTo("answer");
    ada.say(offer(2, "microphone", "screen"));
    assertThat(ada.lastCode()).isEqualTo("not-permitted");
    assertThat(signalling.sfu.commands(RoomCommand.ApplyNegotiation.class)).hasSize(1);
    ada.say(offer(2, "microphone", "camera"));
    assertThat(ada.lastType()).as("all is as before").isEqualTo("answer");
  }

  @Test
  void grantsAKindWithEverySourceOrNone() {
    Client ada = joinWith(new PublishGrant(Set.of(MediaKind.AUDIO), Set.of(TrackSource.SCREEN)));
    ada.say(offer(1, null, "screen"));
    assertThat(ada.lastType()).isEqualTo("answer");
    ada.say(offer(2, "screen-audio", null));
    assertThat(ada.lastCode()).isEqualTo("not-permitted");
  }
}

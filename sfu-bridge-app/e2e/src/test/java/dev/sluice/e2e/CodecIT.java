package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.Firefox;
import dev.sluice.e2e.browser.HttpMedia;
import dev.sluice.e2e.browser.HttpMedia.CodecName;
import dev.sluice.e2e.browser.HttpMedia.Exchange;
import dev.sluice.e2e.browser.HttpMedia.Received;
import dev.sluice.e2e.browser.Page;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.network.IsolatedServer;
import dev.sluice.e2e.network.NetworkNamespace;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every codec that a browser can send, forced one by one, is decoded in each browser that has a
 * decoder for it. One process of each browser, in a network namespace because Firefox sends no
 * media to loopback. docs/codecs.md has the outcome as a table.
 */
@Tag("O9")
@Tag("R4")
@Timeout(300)
class CodecIT {
  /** Any document of a secure origin does; this one runs nothing. */
  private static final String PAGE = "/sdk/sluice.js";

  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;

  @AutoClose private static IsolatedServer isolated;

  private static NetworkNamespace namespace;
  private static ServerProcess server;

  @BeforeAll
  static void startServer() {
    isolated = IsolatedServer.start("codecs");
    namespace = isolated.namespace();
    server = isolated.server();
  }

  @Test
  void everyCodecThatABrowserSendsIsDecodedByEachThatHasIt() {
    try (Chromium chromium = Chromium.launch("codecs-chromium", namespace);
        Firefox firefox = Firefox.launch("codecs-firefox", namespace);
        Page first = chromium.open(server.uri(PAGE));
        Page second = chromium.open(server.uri(PAGE));
        Page third = firefox.open(server.uri(PAGE))) {
      Map<String, HttpMedia> viewers = new LinkedHashMap<>();
      viewers.put("Chromium", new HttpMedia(second));
      viewers.put("Firefox", new HttpMedia(third));
      List<String> carried = new ArrayList<>();
      carried.addAll(carryAll("Chromium", new HttpMedia(first), viewers));
      carried.addAll(carryAll("Firefox", new HttpMedia(third), viewers));
      assertThat(carried)
          .as("codecs that both of today's browsers send and decode")
          .contains(bothWays("VP8", "VP9", "AV1", "opus", "G722", "PCMU", "PCMA"))
          .anyMatch(line -> line.startsWith("Chromium to Chromium: H264"));
    }
  }

  private static String[] bothWays(String... codecs) {
    List<String> lines = new ArrayList<>();
    for (String codec : codecs) {
      String label = codec.equals("VP9") ? "VP9 profile-id=0" : codec;
      for (String sender : List.of("Chromium", "Firefox")) {
        for (String viewer : List.of("Chromium", "Firefox")) {
          lines.add(sender + " to " + viewer + ": " + label);
        }
      }
    }
    return lines.toArray(String[]::new);
  }

  /** One audio and one video codec at a time; answers a line for each that reached a viewer. */
  private static List<String> carryAll(
      String sender, HttpMedia publisher, Map<String, HttpMedia> viewers) {
    List<CodecName> audio = publisher.sendable("audio");
    List<CodecName> video = publisher.sendable("video");
    List<String> carried = new ArrayList<>();
    for (int i = 0; i < Math.max(audio.size(), video.size()); i++) {
      int audioPlace = i % audio.size();
      int videoPlace = i % video.size();
      CodecName sound = audio.get(audioPlace);
      CodecName picture = video.get(videoPlace);
      String room = sender + "-" + i;
      assertThat(publisher.publish("publish", room, audioPlace, videoPlace).status())
          .as("%s publishes %s and %s", sender, sound, picture)
          .isEqualTo(201);
      for (var viewer : viewers.entrySet()) {
        List<CodecName> expected = new ArrayList<>();
        keepDecodable(sound, viewer.getValue().receivable("audio"), expected);
        keepDecodable(picture, viewer.getValue().receivable("video"), expected);
        awaitAll(sender + " to " + viewer.getKey(), viewer.getValue(), room, expected);
        expected.forEach(
            codec -> carried.add(sender + " to " + viewer.getKey() + ": " + codec.label()));
      }
      publisher.end("publish");
    }
    List<String> distinct = carried.stream().distinct().sorted().toList();
    new Figures("CodecIT." + sender).add("carried", distinct).publish();
    return distinct;
  }

  private static void keepDecodable(
      CodecName codec, List<CodecName> decoders, List<CodecName> expected) {
    if (decoders.stream().anyMatch(codec::sameBitstream)) {
      expected.add(codec);
    }
  }

  private static void awaitAll(
      String what, HttpMedia viewer, String room, List<CodecName> expected) {
    assertThat(viewer.play("play", room).status()).isEqualTo(201);
    Await.until(
        what + " carries " + expected,
        Duration.ofSeconds(20),
        () -> {
          List<Received> received = viewer.received("play");
          return expected.stream()
              .allMatch(codec -> received.stream().anyMatch(stream -> decodes(stream, codec)));
        },
        () -> viewer.received("play").toString());
    viewer.end("play");
  }

  /** The forced codec by the viewer's own word, at the camera's size, or audible. */
  private static boolean decodes(Received stream, CodecName codec) {
    return stream.codec().sameBitstream(codec)
        && stream.decodes()
        && (stream.kind().equals("audio")
            || (stream.frameWidth() == WIDTH && stream.frameHeight() == HEIGHT));
  }

  @Test
  void anAnswerDeclinesWhatOnlyProtectsAndWhatTheRoomDoesNotTake() {
    try (Chromium chromium = Chromium.launch("codecs-policy", namespace);
        Page page = chromium.open(server.uri(PAGE))) {
      HttpMedia media = new HttpMedia(page);
      Exchange free = media.publish("free", "free", HttpMedia.ALL_CODECS, HttpMedia.ALL_CODECS);
      assertThat(Exchange.encodings(free.offer())).contains("red", "ulpfec", "H264", "VP9", "G722");
      assertThat(Exchange.encodings(free.answer()))
          .contains("opus", "red", "G722", "VP8", "VP9", "H264", "AV1", "rtx")
          .doesNotContain("ulpfec", "flexfec-03", "CN", "telephone-event");
      // The clock tells whose redundancy it is: that of audio is taken, that of video is not.
      assertThat(free.offer()).contains(" red/90000");
      assertThat(free.answer()).contains(" red/48000").doesNotContain(" red/90000");

      int created =
          server.post("/api/v1/rooms", "{\"id\": \"narrow\", \"codecs\": [\"VP8\", \"opus\"]}");
      assertThat(created).isEqualTo(201);
      Exchange narrow =
          media.publish("narrow", "narrow", HttpMedia.ALL_CODECS, HttpMedia.ALL_CODECS);
      assertThat(Exchange.encodings(narrow.answer()))
          .containsExactlyInAnyOrder("opus", "VP8", "rtx");
      Exchange played = media.play("played", "narrow");
      assertThat(Exchange.encodings(played.answer()))
          .containsExactlyInAnyOrder("opus", "VP8", "rtx");
    }
  }

  @Test
  void aViewerThatCannotDecodeATrackIsToldSo() {
    URI site = server.uri("/");
    try (Chromium chromium = Chromium.launch("codecs-unavailable", namespace);
        CallPage ada = CallPage.join(chromium, site, "unavailable", "Ada");
        CallPage bob = CallPage.prepare(chromium, site, "unavailable", "Bob")) {
      // The page leaves the choice of codecs to the browser, so the test narrows the browser's.
      bob.page()
          .evaluate(
              """
              (() => {
                const add = RTCPeerConnection.prototype.addTransceiver;
                RTCPeerConnection.prototype.addTransceiver = function (...args) {
                  const transceiver = add.apply(this, args);
                  if (args[0] === 'video') {
                    const vp9 = RTCRtpReceiver.getCapabilities('video').codecs
                        .filter(({ mimeType }) => mimeType === 'video/VP9');
                    transceiver.setCodecPreferences(vp9);
                  }
                  return transceiver;
                };
                document.querySelector('#join').click();
                return true;
              })()
              """
                  .strip());
      Await.until(
          "Bob is told that Ada's video is not for him",
          Duration.ofSeconds(20),
          () -> bob.signals("trackAvailability") > 0);
      assertThat(bob.messages("trackAvailability"))
          .singleElement()
          .satisfies(
              message -> {
                assertThat(message.get("available").asBoolean()).isFalse();
                assertThat(message.get("reason").asString()).isEqualTo("codec");
              });
      Await.until(
          "Bob hears Ada all the same",
          Duration.ofSeconds(10),
          () ->
              bob.page()
                  .stats()
                  .inbound("audio")
                  .anyMatch(stream -> stream.totalAudioEnergy() > 0));
      assertThat(bob.page().stats().videosWithFrames(1)).isZero();
      ada.awaitVideos(1);
    }
  }
}

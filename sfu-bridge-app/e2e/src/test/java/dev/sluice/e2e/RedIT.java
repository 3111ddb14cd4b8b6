package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.Page;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.FreePorts;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.network.LinkConditions;
import dev.sluice.e2e.network.UdpRelay;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * A browser that sends redundant audio over a link that loses a fifth of all datagrams, one that
 * takes it and one that does not.
 */
@Tag("R5")
@Timeout(180)
class RedIT {
  private static final long SEED = 5;
  private static final LinkConditions LOSSY =
      new LinkConditions(0.2, Duration.ofMillis(5).toNanos(), 0);
  private static final Duration MEASURED =
      TestSettings.duration(Duration.ofSeconds(15), Duration.ofSeconds(60));

  /** Any document of a secure origin does; this one runs nothing. */
  private static final String PAGE = "/sdk/sluice.js";

  /**
   * Publishes a tone by WHIP and plays by WHEP. In-band FEC would repair for both viewers what this
   * is to show for one, so that the publisher is not asked for it.
   */
  private static final String SCRIPT =
      """
      (() => {
        const codecs = (side, red) => {
          const all = side.getCapabilities('audio').codecs;
          const opus = all.filter(({ mimeType }) => mimeType === 'audio/opus');
          return red ? [...all.filter(({ mimeType }) => mimeType === 'audio/red'), ...opus] : opus;
        };
        const exchange = async (path, connection) => {
          await connection.setLocalDescription();
          const body = connection.localDescription.sdp;
          const headers = { 'Content-Type': 'application/sdp' };
          const response = await fetch(path, { method: 'POST', headers, body });
          if (response.status !== 201) throw new Error(await response.text());
          const sdp = (await response.text()).replace('useinbandfec=1', 'useinbandfec=0');
          await connection.setRemoteDescription({ type: 'answer', sdp });
        };
        window.__red = {
          async publish(room) {
            const audio = new AudioContext();
            const tone = audio.createOscillator();
            const out = audio.createMediaStreamDestination();
            tone.connect(out);
            tone.start();
            await audio.resume();
            const connection = (this.connection = new RTCPeerConnection());
            const transceiver = connection.addTransceiver(out.stream.getAudioTracks()[0], { direction: 'sendonly' });
            transceiver.setCodecPreferences(codecs(RTCRtpSender, true));
            await exchange(`/whip/${room}`, connection);
            return true;
          },
          async play(room, red) {
            const connection = (this.connection = new RTCPeerConnection());
            connection.ontrack = ({ track }) => {
              const element = document.createElement('audio');
              element.srcObject = new MediaStream([track]);
              element.autoplay = true;
              document.documentElement.append(element);
            };
            const transceiver = connection.addTransceiver('audio', { direction: 'recvonly' });
            transceiver.setCodecPreferences(codecs(RTCRtpReceiver, red));
            await exchange(`/whep/${room}`, connection);
            return true;
          },
          async stats() {
            const report = [...(await this.connection.getStats()).values()];
            const inbound = report.find(({ type }) => type === 'inbound-rtp');
            return {
              packets: inbound?.packetsReceived ?? 0,
              bytes: inbound?.bytesReceived ?? 0,
              energy: inbound?.totalAudioEnergy ?? 0,
              samples: inbound?.totalSamplesReceived ?? 0,
              concealed: (inbound?.concealedSamples ?? 0) - (inbound?.silentConcealedSamples ?? 0),
            };
          },
        };
        return true;
      })()
      """;

  /**
   * What a browser says of the audio that it receives. Of redundant audio it names the codec that
   * is wrapped; that each packet has two tells their size.
   */
  private record Heard(long packets, long bytes, double energy, long samples, long concealed) {
    private double bytesPerPacket() {
      return (double) bytes / packets;
    }

    private double concealedShareSince(Heard before) {
      return (double) (concealed - before.concealed) / (samples - before.samples);
    }
  }

  @Test
  void redundantAudioHidesMostOfTheLoss() throws IOException {
    int mediaPort = FreePorts.any();
    try (UdpRelay relay = new UdpRelay(mediaPort, LOSSY, SEED, null);
        ServerProcess server =
            ServerProcess.start(
                "red",
                mediaPort,
                Map.of("sluice.media.advertised-addresses", "127.0.0.1:" + relay.port()));
        Chromium chromium = Chromium.launch("red");
        Page publisher = chromium.open(server.uri(PAGE));
        Page red = chromium.open(server.uri(PAGE));
        Page opus = chromium.open(server.uri(PAGE))) {
      run(publisher, "publish('red')");
      run(red, "play('red', true)");
      run(opus, "play('red', false)");
      Await.until("both hear", Duration.ofSeconds(30), () -> hears(red) && hears(opus));
      Heard redBefore = heard(red);
      Heard opusBefore = heard(opus);
      Await.pass(MEASURED);
      Heard redAfter = heard(red);
      Heard opusAfter = heard(opus);
      double withRed = redAfter.concealedShareSince(redBefore);
      double without = opusAfter.concealedShareSince(opusBefore);
      new Figures("RedIT")
          .add("seed", SEED)
          .add("lostUp", relay.toServer().lost() + "/" + relay.toServer().forwarded())
          .add("lostDown", relay.toClient().lost() + "/" + relay.toClient().forwarded())
          .add("bytesPerPacketWithRed", redAfter.bytesPerPacket())
          .add("bytesPerPacketWithout", opusAfter.bytesPerPacket())
          .add("concealedShareWithRed", withRed)
          .add("concealedShareWithout", without)
          .publish();

      assertThat(redAfter.bytesPerPacket())
          .as("two encodings in a packet, and one where all but the primary is stripped")
          .isGreaterThan(1.7 * opusAfter.bytesPerPacket());
      assertThat(redAfter.energy()).isGreaterThan(redBefore.energy());
      assertThat(opusAfter.energy()).isGreaterThan(opusBefore.energy());
      assertThat(without).as("the loss is heard without RED").isGreaterThan(0.1);
      assertThat(withRed).isLessThan(without / 2);
    }
  }

  private static void run(Page page, String call) {
    page.evaluate(SCRIPT);
    assertThat(page.evaluate("window.__red." + call).asBoolean()).isTrue();
  }

  private static boolean hears(Page page) {
    return heard(page).energy() > 0;
  }

  private static Heard heard(Page page) {
    JsonNode stats = page.evaluate("window.__red.stats()");
    return new Heard(
        stats.get("packets").asLong(),
        stats.get("bytes").asLong(),
        stats.get("energy").asDouble(),
        stats.get("samples").asLong(),
        stats.get("concealed").asLong());
  }
}

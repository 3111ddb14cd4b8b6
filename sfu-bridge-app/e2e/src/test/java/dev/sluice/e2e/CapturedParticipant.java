package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.harness.Figures;
import dev.sluice.e2e.harness.ServerProcess;
import dev.sluice.e2e.harness.TestSettings;
import dev.sluice.e2e.network.Tshark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A capture of one participant in a running call, by REST, read by tshark. */
final class CapturedParticipant {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String FROM_PARTICIPANT = "192.0.2.1";

  private final ServerProcess server;
  private final String capture;

  /** Begins it: headers alone. */
  CapturedParticipant(ServerProcess server, String room, String name) {
    this.server = server;
    String participant = ComparedQuality.participant(server, room, name);
    assertThat(server.post(participant + "/captures", "{\"seconds\": 60}")).isEqualTo(201);
    capture = "/api/v1/rooms/" + room + "/captures/1";
  }

  /** Ends it, and holds what tshark makes of it against what the server says. */
  void stopAndRead(String test) throws IOException, InterruptedException {
    assertThat(server.post(capture + "/stop", "")).isEqualTo(200);
    JsonNode said = JSON.readTree(server.get(capture).body());
    Path file =
        Files.write(TestSettings.artifact(test + ".pcapng"), server.download(capture + "/pcapng"));
    List<String> frames = Tshark.read(file, "-T", "fields", "-e", "frame.number");
    List<String> rtp =
        Tshark.read(
            file,
            "-d",
            "udp.port==5004,rtp",
            "-Y",
            "rtp",
            "-T",
            "fields",
            "-e",
            "ip.src",
            "-e",
            "rtp.ssrc",
            "-e",
            "rtp.seq",
            "-e",
            "frame.len",
            "-e",
            "frame.cap_len");
    List<String> rtcp = Tshark.read(file, "-d", "udp.port==5004,rtp", "-Y", "rtcp");
    List<String> malformed =
        Tshark.read(file, "-d", "udp.port==5004,rtp", "-Y", "_ws.malformed && rtcp");
    long up = rtp.stream().filter(line -> line.startsWith(FROM_PARTICIPANT + "\t")).count();
    new Figures(test + ".capture")
        .add("packets", frames.size())
        .add("rtpUp", up)
        .add("rtpDown", rtp.size() - up)
        .add("rtcp", rtcp.size())
        .add("bytes", Files.size(file))
        .publish();
    assertThat(said.get("state").stringValue()).isEqualTo("stopped");
    assertThat(frames).hasSize(said.get("packets").intValue());
    assertThat(up).as("RTP from the participant").isGreaterThan(100);
    assertThat(rtp.size() - up).as("RTP to it").isGreaterThan(100);
    assertThat(rtcp).hasSizeGreaterThan(10);
    assertThat(malformed).isEmpty();
    assertThat(rtp)
        .allSatisfy(
            line -> {
              String[] fields = line.split("\t", -1);
              assertThat(Integer.parseInt(fields[4]))
                  .as("no payload is kept: %s", line)
                  .isLessThan(Math.min(Integer.parseInt(fields[3]) + 1, 140));
            });
  }
}

package dev.sluice.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The load test in a few seconds, against the packaged server. Its figures mean nothing. */
@Tag("O7")
@Timeout(120)
class LoadTestIT {
  @Test
  void forwardsABroadcastToTenAndWritesItsReports(@TempDir Path output) throws Exception {
    LoadOptions options =
        LoadOptions.parse(
            "--server-jar",
            System.getProperty("sluice.jar", "sfu-bridge-app/target/sluice.jar"),
            "--out",
            output.toString(),
            "--window",
            "2",
            "--windows",
            "1",
            "--warm-up",
            "1",
            "--settle",
            "0",
            "broadcast:10@500");

    List<Window> windows = LoadTest.run(options);

    Window server =
        windows.stream().filter(w -> w.target().equals("server")).findFirst().orElseThrow();
    // 500 kbit/s are 2 packets of 1200 bytes in a frame of 38 ms, so 52 packets a second, to ten.
    assertThat(server.packetsPerSecond()).as(server.line()).isBetween(300.0, 700.0);
    assertThat(server.decrypted()).as("all are decrypted").isGreaterThanOrEqualTo(server.packets());
    assertThat(server.undecryptable()).isZero();
    assertThat(server.lost()).as(server.line()).isZero();
    assertThat(server.cpuMicros()).as("the server's own CPU time").isPositive();
    assertThat(server.p50Millis()).isBetween(0.01, 100.0);
    assertThat(server.residentBytes()).isGreaterThan(50L << 20);
    assertThat(windows.stream().filter(w -> w.target().equals("reference")))
        .allSatisfy(
            bare -> {
              assertThat(bare.undecryptable()).as("what C encrypts, Java decrypts").isZero();
              assertThat(bare.packets()).isPositive();
            });
    assertThat(Files.readString(output.resolve("report.html")))
        .contains("<svg", "CPU time per forwarded packet", "sluice_");
    assertThat(Files.readString(output.resolve("report.json"))).contains("cpuMicrosPerPacket");
  }
}

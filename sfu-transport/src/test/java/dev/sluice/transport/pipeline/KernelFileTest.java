package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("O5")
class KernelFileTest {
  /** What this machine's kernel says itself; cat reads at once. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/proc/sys/net/core/rmem_max",
        "/proc/sys/net/core/wmem_max",
        "/proc/sys/net/ipv4/tcp_rmem",
        "/proc/sys/kernel/ostype",
      })
  void readsSettingsOfTheKernelWhole(String name) throws Exception {
    Path file = Path.of(name);
    assumeTrue(Files.isReadable(file), "Linux is needed");
    Process cat = new ProcessBuilder("cat", name).start();
    String whole = new String(cat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(cat.waitFor()).isZero();
    assertThat(KernelFile.read(file)).isEqualTo(whole).hasSizeGreaterThan(1);
  }

  @Test
  void readsOrdinaryFilesToTheirEndOrTheLimit(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("short"), "212992\n");
    assertThat(KernelFile.read(file)).isEqualTo("212992\n");
    Files.writeString(file, "x".repeat(70_000));
    assertThat(KernelFile.read(file)).isEqualTo("x".repeat(65_536));
  }
}

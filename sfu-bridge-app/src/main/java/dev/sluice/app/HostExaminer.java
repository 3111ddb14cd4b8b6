package dev.sluice.app;

import dev.sluice.core.srtp.CipherChoice;
import dev.sluice.core.srtp.CipherPreference;
import dev.sluice.transport.pipeline.KernelFile;
import dev.sluice.transport.pipeline.MediaHost;
import dev.sluice.transport.udp.UdpBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.core.env.Environment;

/** Looks at what the machine lacks for fast media. */
final class HostExaminer implements Examiner {
  private final Path receiveBufferLimit;
  private final Supplier<UdpBackend> backend;
  private final Supplier<CipherChoice> ciphers;

  /** This machine. */
  HostExaminer() {
    this(
        Path.of("/proc/sys/net/core/rmem_max"),
        UdpBackend::best,
        () -> CipherChoice.choose(CipherPreference.AUTO, System::nanoTime));
  }

  HostExaminer(
      Path receiveBufferLimit, Supplier<UdpBackend> backend, Supplier<CipherChoice> ciphers) {
    this.receiveBufferLimit = receiveBufferLimit;
    this.backend = backend;
    this.ciphers = ciphers;
  }

  @Override
  public List<Finding> examine(SluiceProperties settings, Environment environment) {
    List<Finding> findings = new ArrayList<>();
    examineBuffers(findings);
    if (backend.get() == UdpBackend.NIO) {
      findings.add(
          Finding.warning(
              "no-native-transport",
              "Netty's native transport (epoll) cannot be used here, so media goes through the"
                  + " JDK's sockets: every packet costs more, and none are sent together.",
              "Use Linux on x86-64 or aarch64 with glibc, and do not set"
                  + " -Dio.netty.transport.noNative."));
    }
    CipherChoice choice = ciphers.get();
    if (settings.media().ciphers() != CipherPreference.JDK && choice.isJdk()) {
      findings.add(
          Finding.warning(
              "no-libcrypto",
              "SRTP uses the JDK's ciphers, because %s: encryption costs more, and makes garbage."
                  .formatted(choice.reason()),
              "Install OpenSSL 3 (libssl3 or openssl-libs), and start with"
                  + " --enable-native-access=ALL-UNNAMED."));
    }
    return findings;
  }

  private void examineBuffers(List<Finding> findings) {
    long limit;
    try {
      limit = Long.parseLong(KernelFile.read(receiveBufferLimit).strip());
    } catch (IOException | NumberFormatException unknown) {
      return; // Another kernel.
    }
    // Some sandboxes show a zero, which is no limit.
    if (limit > 0 && limit < MediaHost.ENOUGH_BUFFER_BYTES) {
      findings.add(
          Finding.warning(
              "small-socket-buffers",
              "The kernel lets a socket keep %d KiB of what it has received (net.core.rmem_max): in a busy moment datagrams are dropped before they are read."
                  .formatted(limit / 1024),
              "sysctl -w net.core.rmem_max=%d, and write it into /etc/sysctl.d/ so that it stays."
                  .formatted(MediaHost.ENOUGH_BUFFER_BYTES)));
    }
  }
}

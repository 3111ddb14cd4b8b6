package dev.sluice.perf.load;

import dev.sluice.core.srtp.SrtpKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The C reference as a process: forwards the same packets to sinks of the same kind as the server.
 */
final class Reference implements AutoCloseable {
  private final Process process;
  private final Writer in;
  private final BufferedReader out;
  private final List<Integer> ports = new ArrayList<>();

  private Reference(Process process) {
    this.process = process;
    in = process.outputWriter(StandardCharsets.US_ASCII);
    out = process.inputReader(StandardCharsets.US_ASCII);
  }

  /** Compiles it; null with a sentence on the terminal where there is no compiler or OpenSSL. */
  static @Nullable Path compile(Path output) {
    Path source = output.resolve("forward.c");
    Path binary = output.resolve("forward");
    try (InputStream packaged = Reference.class.getResourceAsStream("/reference/forward.c")) {
      Files.createDirectories(output);
      Files.copy(
          Objects.requireNonNull(packaged, "forward.c is not packaged"),
          source,
          StandardCopyOption.REPLACE_EXISTING);
      Process compiler =
          new ProcessBuilder("cc", "-O2", "-o", binary.toString(), source.toString(), "-lcrypto")
              .redirectErrorStream(true)
              .redirectOutput(output.resolve("cc.log").toFile())
              .start();
      if (compiler.waitFor() == 0) {
        return binary;
      }
      System.out.println("No C reference: cc fails, see " + output.resolve("cc.log"));
    } catch (IOException missing) {
      System.out.println("No C reference: there is no cc here.");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  /** Starts it with a flush deadline. */
  static Reference start(Path binary, int flushDelayMillis) throws IOException {
    return new Reference(
        new ProcessBuilder(binary.toString(), String.valueOf(1_000 * flushDelayMillis), "1")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** A further stream, by the keys of its publisher. */
  void addStream(SrtpKeys publisher) throws IOException {
    in.write("in " + hex(publisher.clientKey(), publisher.clientSalt()) + "\n");
  }

  /** A receiver of the stream that was added last. */
  void addReceiver(int port, int ssrc, SrtpKeys receiver) throws IOException {
    in.write("out " + port + " " + Integer.toUnsignedString(ssrc) + " ");
    in.write(hex(receiver.serverKey(), receiver.serverSalt()) + "\n");
  }

  /** Begins; gives the port of each stream. */
  List<Integer> go() throws IOException {
    in.write("go\n");
    in.flush();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.equals("ready")) {
        return ports;
      }
      ports.add(Integer.parseInt(line));
    }
    throw new IOException("the C reference has ended");
  }

  long pid() {
    return process.pid();
  }

  private static String hex(byte[] key, byte[] salt) {
    return HexFormat.of().formatHex(key) + HexFormat.of().formatHex(salt);
  }

  @Override
  public void close() {
    try {
      in.close();
      process.waitFor();
    } catch (IOException | InterruptedException failure) {
      process.destroyForcibly();
    }
  }
}

package dev.sluice.api.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A key set in a file of this machine.
 *
 * @param path where it is
 */
public record KeySetFile(Path path) implements KeySetReader {
  @Override
  public byte[] read() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] text = in.readNBytes(MAX_BYTES + 1);
      if (text.length > MAX_BYTES) {
        throw new IOException("The key set has more than " + MAX_BYTES + " bytes.");
      }
      return text;
    }
  }
}

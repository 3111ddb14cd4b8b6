package dev.sluice.transport.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads files that the kernel makes up when they are read ({@code /proc}). Those of {@code
 * /proc/sys} give their value to the first read alone and end for every other one; and since they
 * say that they are empty, {@link Files#readString(Path)} begins with one byte, and gets no more.
 */
public final class KernelFile {
  /** More than any setting has; of longer files the beginning. */
  private static final int MAX_BYTES = 64 * 1024;

  private KernelFile() {}

  /** The text of a file, read at once. */
  public static String read(Path file) throws IOException {
    byte[] bytes = new byte[MAX_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      int length = in.readNBytes(bytes, 0, bytes.length);
      return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
  }
}

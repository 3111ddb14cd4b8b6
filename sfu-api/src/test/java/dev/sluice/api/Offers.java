package dev.sluice.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Offers that a real Chromium made. */
public final class Offers {
  /** Sends one audio and one video track. */
  public static final String PUBLISH = read("chromium-156-publish-audio-video.sdp");

  /** Receives one of each. */
  public static final String PLAY = read("chromium-156-recvonly-audio-video.sdp");

  private Offers() {}

  private static String read(String name) {
    try (InputStream in = Offers.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

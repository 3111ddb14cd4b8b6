package dev.sluice.api.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A STUN or TURN server that clients are told to use, as {@code RTCIceServer} of the browser.
 *
 * @param urls {@code stun:}, {@code turn:} or {@code turns:} URIs (RFC 7064, RFC 7065), not empty
 * @param username for TURN, or null
 * @param credential its password, or null
 */
public record IceServer(List<String> urls, @Nullable String username, @Nullable String credential) {
  public IceServer {
    urls = List.copyOf(urls);
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("An ICE server needs a URL.");
    }
  }

  @Override
  public String toString() {
    return "IceServer" + urls;
  }
}

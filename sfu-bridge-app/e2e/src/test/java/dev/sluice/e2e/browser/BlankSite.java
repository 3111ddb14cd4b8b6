package dev.sluice.e2e.browser;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Serves one empty page from a secure origin, for calls that have nothing to do with the server.
 */
public final class BlankSite implements AutoCloseable {
  private static final byte[] PAGE =
      "<!doctype html><title>Control</title><body>".getBytes(StandardCharsets.UTF_8);

  private final HttpServer http;

  /** Starts the site on a free port. */
  public BlankSite() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, PAGE.length);
          exchange.getResponseBody().write(PAGE);
          exchange.close();
        });
    http.start();
  }

  /** Its address. */
  public URI uri() {
    return URI.create("http://localhost:" + http.getAddress().getPort() + "/");
  }

  @Override
  public void close() {
    http.stop(0);
  }
}

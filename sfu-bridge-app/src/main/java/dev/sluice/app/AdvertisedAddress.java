package dev.sluice.app;

import java.net.InetAddress;

/**
 * An address under which clients reach the media port, as {@code sluice.media.advertised-addresses}
 * lists them.
 *
 * @param address a literal IPv4 or IPv6 address, without brackets
 * @param port 1 to 65535, or 0 for the media port
 */
public record AdvertisedAddress(String address, int port) {
  private static final int MAX_PORT = 65_535;

  /**
   * Reads {@code 192.0.2.1}, {@code 192.0.2.1:10000}, {@code 2001:db8::1} or {@code
   * [2001:db8::1]:10000}.
   */
  public static AdvertisedAddress parse(String text) {
    String address = text.strip();
    String port = "";
    boolean bracketed = address.startsWith("[");
    int end = bracketed ? address.indexOf(']') : address.indexOf(':');
    boolean bareIpv6 = !bracketed && end >= 0 && address.indexOf(':', end + 1) >= 0;
    if (bracketed && end > 0) {
      port = address.substring(end + 1);
      address = address.substring(1, end);
    } else if (!bareIpv6 && end >= 0) {
      port = address.substring(end);
      address = address.substring(0, end);
    }
    try {
      String literal = InetAddress.ofLiteral(address).getHostAddress();
      return new AdvertisedAddress(literal, port.isEmpty() ? 0 : port(port));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "sluice.media.advertised-addresses has \"%s\", which is not IP or IP:port."
              .formatted(text),
          "Write a literal address such as 192.0.2.1, 192.0.2.1:10000 or [2001:db8::1]:10000.");
    }
  }

  private static int port(String text) {
    int port = text.startsWith(":") ? Integer.parseInt(text.substring(1)) : 0;
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("not a port");
    }
    return port;
  }
}

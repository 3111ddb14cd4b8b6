package dev.sluice.app;

import dev.sluice.core.sdp.ClientNetwork;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An address under which clients reach the media port, as {@code sluice.media.advertised-addresses}
 * lists them.
 *
 * @param address a literal IPv4 or IPv6 address without brackets, or a host name
 * @param port 1 to 65535, or 0 for the media port
 * @param clients the networks whose clients alone it is for; empty for everyone
 */
public record AdvertisedAddress(String address, int port, List<ClientNetwork> clients) {
  private static final int MAX_PORT = 65_535;
  private static final int MAX_HOST_CHARS = 253;

  /** RFC 1123 §2.1; the last label is not a number, or it would be an address gone wrong. */
  private static final Pattern HOST_NAME =
      Pattern.compile(
          "(?i)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?\\.?");

  private static final Pattern RESTRICTION = Pattern.compile("\\s+for\\s+");

  public AdvertisedAddress {
    clients = List.copyOf(clients);
  }

  /**
   * Reads {@code 192.0.2.1}, {@code 192.0.2.1:10000}, {@code 2001:db8::1}, {@code
   * [2001:db8::1]:10000}, {@code sfu.example.org} or {@code sfu.example.org:10000}, and behind it
   * perhaps {@code for 10.0.0.0/8 2001:db8::/32}.
   */
  public static AdvertisedAddress parse(String text) {
    try {
      String[] parts = RESTRICTION.split(text.strip(), -1);
      if (parts.length > 2) {
        throw new IllegalArgumentException("for whom it is stands once");
      }
      return parse(parts[0], parts.length == 1 ? List.of() : networks(parts[1]));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          ("sluice.media.advertised-addresses has \"%s\", which is not an address or a host name,"
                  + " perhaps with a port, perhaps with \"for\" and networks behind it.")
              .formatted(text),
          "Write for example 192.0.2.1, [2001:db8::1]:10000, sfu.example.org or 10.0.0.5 for"
              + " 10.0.0.0/8.");
    }
  }

  private static AdvertisedAddress parse(String text, List<ClientNetwork> clients) {
    String address = text;
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
    boolean named =
        !bracketed && address.length() <= MAX_HOST_CHARS && HOST_NAME.matcher(address).matches();
    String literal = named ? address : literal(address);
    return new AdvertisedAddress(literal, port.isEmpty() ? 0 : port(port), clients);
  }

  private static String literal(String text) {
    InetAddress address = InetAddress.ofLiteral(text);
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      throw new IllegalArgumentException("nobody can be reached there");
    }
    return address.getHostAddress();
  }

  private static int port(String text) {
    int port = text.startsWith(":") ? Integer.parseInt(text.substring(1)) : 0;
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("not a port");
    }
    return port;
  }

  private static List<ClientNetwork> networks(String text) {
    List<ClientNetwork> networks = new ArrayList<>();
    for (String network : Arrays.asList(text.split("\\s+", -1))) {
      int slash = network.indexOf('/');
      if (slash < 0) {
        throw new IllegalArgumentException("a network has a prefix length");
      }
      networks.add(
          new ClientNetwork(
              InetAddress.ofLiteral(network.substring(0, slash)).getAddress(),
              Integer.parseInt(network.substring(slash + 1))));
    }
    return networks;
  }
}

package dev.sluice.api.rest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The network that a client's address is in: enough to find a fault in, too little to tell who
 * somebody is. /24 of IPv4, /48 of IPv6.
 */
final class RedactedAddress {
  private static final Pattern IPV4 = Pattern.compile("(\\d+\\.\\d+\\.\\d+)\\.\\d+");

  /** As {@code InetAddress} writes it: eight groups without abbreviation, perhaps a scope. */
  private static final Pattern IPV6 =
      Pattern.compile("([0-9a-f]+:[0-9a-f]+:[0-9a-f]+)(:[0-9a-f]+){5}(%.*)?");

  private RedactedAddress() {}

  static String of(String address) {
    Matcher four = IPV4.matcher(address);
    if (four.matches()) {
      return four.group(1) + ".0/24";
    }
    Matcher six = IPV6.matcher(address);
    return six.matches() ? six.group(1) + "::/48" : "";
  }
}

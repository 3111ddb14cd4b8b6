package dev.sluice.core.sdp;

import java.util.Arrays;

/**
 * A block of addresses that clients come from, as CIDR notation writes it (RFC 4632 §3.1, RFC 4291
 * §2.3). Immutable.
 */
public final class ClientNetwork {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private final byte[] prefix;
  private final int prefixBits;

  /**
   * The block of all addresses that share their first bits with this one.
   *
   * @param address 4 bytes for IPv4, 16 for IPv6; the bits after the prefix do not count
   * @param prefixBits 0 to the length of the address
   */
  public ClientNetwork(byte[] address, int prefixBits) {
    if (address.length != IPV4_BYTES && address.length != IPV6_BYTES) {
      throw new IllegalArgumentException("an address of " + address.length + " bytes");
    }
    if (prefixBits < 0 || prefixBits > Byte.SIZE * address.length) {
      throw new IllegalArgumentException(
          "a prefix of " + prefixBits + " bits of an address of " + address.length + " bytes");
    }
    this.prefix = masked(address, prefixBits);
    this.prefixBits = prefixBits;
  }

  /** Whether an address lies in this block; one of the other IP version does not. */
  public boolean contains(byte[] address) {
    return address.length == prefix.length && Arrays.equals(masked(address, prefixBits), prefix);
  }

  private static byte[] masked(byte[] address, int bits) {
    byte[] masked = new byte[address.length];
    for (int i = 0; i < address.length; i++) {
      int kept = Math.clamp((long) bits - (long) Byte.SIZE * i, 0, Byte.SIZE);
      masked[i] = (byte) (address[i] & 0xFF00 >> kept);
    }
    return masked;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClientNetwork network
        && prefixBits == network.prefixBits
        && Arrays.equals(prefix, network.prefix);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(prefix) + prefixBits;
  }

  /** As CIDR notation writes it, without shortening the zeros of IPv6. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    boolean ipv4 = prefix.length == IPV4_BYTES;
    for (int i = 0; i < prefix.length; i += ipv4 ? 1 : 2) {
      text.append(i == 0 ? "" : ipv4 ? "." : ":");
      text.append(
          ipv4
              ? Integer.toString(prefix[i] & 0xFF)
              : Integer.toHexString((prefix[i] & 0xFF) << 8 | (prefix[i + 1] & 0xFF)));
    }
    return text.append('/').append(prefixBits).toString();
  }
}

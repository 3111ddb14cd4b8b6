package dev.sluice.transport.udp;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Where datagrams go, as the kernel wants it: worked out once for a path, of which every message
 * then finds all in one place. ({@link InetSocketAddress} keeps it behind four references.) Equal
 * to another one of the same address. Immutable, for any thread.
 */
public final class UdpRemote {
  private static final int INET6_BYTES = 16;
  private static final int INET_AT = 12;
  private static final short MAPPED_PREFIX = (short) 0xFFFF;

  private final InetSocketAddress address;

  /** The octets of an IPv6 address, the first half and the second; of an IPv4 one as mapped. */
  private final long high;

  private final long low;
  private final int scopeId;
  private final short port;

  private UdpRemote(InetSocketAddress address, long high, long low, int scopeId) {
    this.address = address;
    this.high = high;
    this.low = low;
    this.scopeId = scopeId;
    port = (short) address.getPort();
  }

  /**
   * The same address.
   *
   * @throws IllegalArgumentException if it is not resolved
   */
  public static UdpRemote of(InetSocketAddress address) {
    InetAddress resolved = address.getAddress();
    if (resolved == null) {
      throw new IllegalArgumentException("not resolved: " + address);
    }
    byte[] octets = resolved.getAddress();
    ByteBuffer bytes = ByteBuffer.allocate(INET6_BYTES);
    if (resolved instanceof Inet4Address) {
      bytes.putShort(INET_AT - Short.BYTES, MAPPED_PREFIX); // RFC 4291 §2.5.5.2
    }
    bytes.put(INET6_BYTES - octets.length, octets);
    int scopeId = resolved instanceof Inet6Address scoped ? scoped.getScopeId() : 0;
    return new UdpRemote(address, bytes.getLong(0), bytes.getLong(Long.BYTES), scopeId);
  }

  /** As the JDK has it. */
  public InetSocketAddress address() {
    return address;
  }

  long high() {
    return high;
  }

  long low() {
    return low;
  }

  /** The octets of an IPv4 address. */
  int inet() {
    return (int) low;
  }

  int scopeId() {
    return scopeId;
  }

  short port() {
    return port;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UdpRemote remote && address.equals(remote.address);
  }

  @Override
  public int hashCode() {
    return address.hashCode();
  }

  @Override
  public String toString() {
    return address.toString();
  }
}

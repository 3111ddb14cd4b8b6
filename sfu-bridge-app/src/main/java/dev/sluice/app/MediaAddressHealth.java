package dev.sluice.app;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Healthy while an address that the answers advertise is one of this machine: a lease that ran out
 * or an interface that went down leaves clients with an address where nobody is. What the
 * configuration says is believed, because from behind a NAT it cannot be checked. The details name
 * no address: a probe may be public.
 */
final class MediaAddressHealth implements HealthIndicator {
  private final List<String> advertised;
  private final boolean configured;
  private final Predicate<InetAddress> isHere;

  /**
   * @param advertised what answers name: literal addresses, and host names where configured
   * @param configured whether the configuration says so
   * @param isHere whether an address is one of this machine
   */
  MediaAddressHealth(List<String> advertised, boolean configured, Predicate<InetAddress> isHere) {
    this.advertised = List.copyOf(advertised);
    this.configured = configured;
    this.isHere = isHere;
  }

  @Override
  public Health health() {
    if (configured) {
      return Health.up().withDetail("advertised", advertised.size()).build();
    }
    long present = advertised.stream().map(InetAddress::ofLiteral).filter(isHere).count();
    Health.Builder health =
        present > 0
            ? Health.up()
            : Health.down()
                .withDetail("reason", "No advertised address is one of this machine any more.");
    return health
        .withDetail("advertised", advertised.size())
        .withDetail("present", present)
        .build();
  }

  /** Whether an interface that is up has this address. */
  static boolean isOfThisMachine(InetAddress address) {
    try {
      NetworkInterface found = NetworkInterface.getByInetAddress(address);
      return found != null && found.isUp();
    } catch (SocketException e) {
      return false;
    }
  }
}

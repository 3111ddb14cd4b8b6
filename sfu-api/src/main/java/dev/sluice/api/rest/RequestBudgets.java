package dev.sluice.api.rest;

import dev.sluice.api.session.TokenBucket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What each client address may still ask. Bounded: of those that have not asked for longest nothing
 * is known any more. Safe for every thread.
 */
final class RequestBudgets {
  private static final int MAX_ADDRESSES = 10_000;
  private static final int IPV6_NETWORK_BYTES = 8;

  private final Supplier<HttpLimits> currentLimits;
  private HttpLimits limits;
  private final Map<String, TokenBucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  RequestBudgets(Supplier<HttpLimits> currentLimits) {
    this.currentLimits = currentLimits;
    limits = currentLimits.get();
  }

  /** Whether one more request of this address may be served. */
  synchronized boolean tryTake(String address, long nowNanos) {
    HttpLimits now = currentLimits.get();
    if (!now.equals(limits)) {
      // Everybody begins anew: what was left under other limits says nothing.
      limits = now;
      buckets.clear();
    }
    return buckets
        .computeIfAbsent(
            network(address),
            _ -> new TokenBucket(limits.requestsPerSecond(), limits.requestBurst(), nowNanos))
        .tryTake(nowNanos);
  }

  /** An IPv4 address as it is; of an IPv6 address the /64, which one client has to itself. */
  private static String network(String address) {
    try {
      return InetAddress.ofLiteral(address) instanceof Inet6Address six
          ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), IPV6_NETWORK_BYTES))
          : address;
    } catch (IllegalArgumentException noLiteral) {
      return "";
    }
  }
}

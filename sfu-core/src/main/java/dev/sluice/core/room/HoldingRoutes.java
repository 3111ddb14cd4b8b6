package dev.sluice.core.room;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The routes on which packets are held, each once. Few at a time, so they are looked through.
 *
 * <p>Owner: the room's worker. Allocates only to grow.
 */
final class HoldingRoutes {
  private Route[] routes = new Route[4];
  private int count;

  /** A packet is held on a route from now on. */
  void add(Route route) {
    if (route.noted()) {
      return;
    }
    if (count == routes.length) {
      routes = Arrays.copyOf(routes, 2 * count);
    }
    route.setNoted(true);
    routes[count++] = route;
  }

  /** Takes out a route whose packets are to be forwarded by now; null when there is none. */
  @Nullable Route pollDue(long nowNanos) {
    for (int i = 0; i < count; i++) {
      if (routes[i].held().isEmpty() || routes[i].held().dueNanos() - nowNanos <= 0) {
        return take(i);
      }
    }
    return null;
  }

  /** Takes out any route but one; null when there is none. */
  @Nullable Route pollOther(@Nullable Route but) {
    for (int i = 0; i < count; i++) {
      if (routes[i] != but) {
        return take(i);
      }
    }
    return null;
  }

  /** When {@link #pollDue} has one; {@link Long#MAX_VALUE} for never. */
  long firstNanos() {
    long first = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      first = Math.min(first, routes[i].held().dueNanos());
    }
    return first;
  }

  int count() {
    return count;
  }

  /** The order does not matter: a slot shows one stream, and each stream is held by itself. */
  private Route take(int place) {
    Route taken = routes[place];
    taken.setNoted(false);
    routes[place] = routes[--count];
    return taken;
  }
}

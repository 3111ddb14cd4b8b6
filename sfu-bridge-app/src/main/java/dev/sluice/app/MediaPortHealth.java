package dev.sluice.app;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Healthy while the media port is bound. It asks the kernel, not the code that has bound it: an
 * address that could be bound once more is one that nobody receives on.
 */
final class MediaPortHealth implements HealthIndicator {
  private final InetSocketAddress bound;

  /**
   * @param bound what the media side has bound
   */
  MediaPortHealth(InetSocketAddress bound) {
    this.bound = bound;
  }

  @Override
  public Health health() {
    try (DatagramSocket probe = new DatagramSocket(null)) {
      probe.bind(bound);
      return Health.down()
          .withDetail("port", bound.getPort())
          .withDetail("reason", "The media port is not bound.")
          .build();
    } catch (BindException taken) {
      return Health.up().withDetail("port", bound.getPort()).build();
    } catch (IOException e) {
      return Health.down(e).build();
    }
  }
}

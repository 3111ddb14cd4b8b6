package dev.sluice.app;

import java.util.List;
import java.util.function.Supplier;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationListener;

/**
 * Shows in the readiness what the {@link Doctor} has found when the server was ready. Never unready
 * by that: with most mistakes some calls succeed. The codes say nothing of addresses or keys;
 * {@code --doctor} says the rest.
 */
final class DoctorHealth implements HealthIndicator, ApplicationListener<ApplicationReadyEvent> {
  private final Supplier<List<Finding>> examination;
  private volatile List<String> findings = List.of();
  private volatile boolean done;

  DoctorHealth(Supplier<List<Finding>> examination) {
    this.examination = examination;
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent ready) {
    Thread.ofVirtual().name("doctor").start(this::examine);
  }

  void examine() {
    findings = examination.get().stream().map(Finding::code).distinct().toList();
    done = true;
  }

  @Override
  public Health health() {
    return Health.up().withDetail("examined", done).withDetail("findings", findings).build();
  }
}

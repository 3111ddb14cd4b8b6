package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.support.GenericApplicationContext;

class WarmUpWhenReadyTest {
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void runsOnceAndNotBeforeTheServerIsReady() {
    try (GenericApplicationContext context = new GenericApplicationContext()) {
      context.addApplicationListener(new WarmUpWhenReady(runs::incrementAndGet));
      context.refresh();

      AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
      AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
      assertThat(runs).hasValue(0);

      AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
      AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
      assertThat(runs).hasValue(1);
    }
  }
}

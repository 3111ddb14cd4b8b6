package dev.sluice.app;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;

/** Starts the warm-up once, when the server has said for the first time that it is ready. */
final class WarmUpWhenReady
    implements ApplicationListener<AvailabilityChangeEvent<ReadinessState>> {
  private final Runnable warmUp;
  private boolean done;

  /**
   * @param warmUp returns at once
   */
  WarmUpWhenReady(Runnable warmUp) {
    this.warmUp = warmUp;
  }

  @Override
  public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
    if (!done && event.getState() == ReadinessState.ACCEPTING_TRAFFIC) {
      done = true;
      warmUp.run();
    }
  }
}

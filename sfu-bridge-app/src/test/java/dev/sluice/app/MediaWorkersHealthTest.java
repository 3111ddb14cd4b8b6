package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

@Tag("A4")
class MediaWorkersHealthTest {
  private final AtomicLong silentNanos = new AtomicLong();
  private final MediaWorkersHealth health = new MediaWorkersHealth(silentNanos::get);

  @Test
  void isUpWhileEveryWorkerReportsAndDownWhenOneHangs() {
    silentNanos.set(TimeUnit.MILLISECONDS.toNanos(1_250));
    assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    silentNanos.set(TimeUnit.MILLISECONDS.toNanos(2_001));
    assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
    assertThat(health.health().getDetails()).containsEntry("workerSilentMillis", 2_001L);
    silentNanos.set(0);
    assertThat(health.health().getStatus()).isEqualTo(Status.UP);
  }
}

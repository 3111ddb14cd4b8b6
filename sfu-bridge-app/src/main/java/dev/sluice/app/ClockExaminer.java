package dev.sluice.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * Compares the clock with those of the servers that the configuration names anyway: the one that
 * publishes the keys of tokens, and the receivers of webhooks. What they write into {@code Date}
 * (RFC 9110 §6.6.1) has seconds, which is enough to say whether tokens will seem expired. Where it
 * names none, the kernel says at least whether a time service keeps the clock right.
 */
final class ClockExaminer implements Examiner {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration NOTEWORTHY = Duration.ofSeconds(5);

  private final InstantSource clock;
  private final Supplier<KernelClock.State> kernel;

  /**
   * @param clock that is judged
   * @param kernel what the kernel says of it
   */
  ClockExaminer(InstantSource clock, Supplier<KernelClock.State> kernel) {
    this.clock = clock;
    this.kernel = kernel;
  }

  @Override
  public List<Finding> examine(SluiceProperties settings, Environment environment) {
    List<Finding> findings = new ArrayList<>();
    if (kernel.get() == KernelClock.State.UNSYNCHRONISED) {
      findings.add(
          Finding.warning(
              "clock-unsynchronised",
              "The kernel knows of no time service that keeps the clock of this machine right: when"
                  + " it is off by more than sluice.auth.clock-skew, access tokens seem to be"
                  + " expired, or not valid yet.",
              "Run one on the machine itself, not in a container: timedatectl set-ntp true, or"
                  + " chronyd with rtcsync."));
    }
    for (URI reference : references(settings)) {
      Duration ahead = ahead(reference);
      if (ahead == null || ahead.abs().compareTo(NOTEWORTHY) <= 0) {
        continue;
      }
      String sentence =
          "The clock of this machine is %d s %s that of %s: access tokens seem to be expired, or not valid yet."
              .formatted(
                  ahead.abs().toSeconds(),
                  ahead.isNegative() ? "behind" : "ahead of",
                  reference.getHost());
      String fix = "Let a time service set it (timedatectl set-ntp true, or chronyd), on both.";
      boolean tolerated = ahead.abs().compareTo(settings.auth().clockSkew()) <= 0;
      findings.add(
          tolerated
              ? Finding.warning("clock-skew", sentence, fix)
              : Finding.error("clock-skew", sentence, fix));
    }
    return findings;
  }

  private static List<URI> references(SluiceProperties settings) {
    List<URI> references = new ArrayList<>();
    if (settings.auth().jwksUrl() != null) {
      references.add(settings.auth().jwksUrl());
    }
    settings.webhooks().endpoints().values().stream()
        .map(WebhookProperties.Endpoint::url)
        .filter(Objects::nonNull)
        .forEach(references::add);
    return references;
  }

  /** How far this clock is ahead; null when the server does not say what time it is. */
  private @Nullable Duration ahead(URI reference) {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      Instant before = clock.instant();
      HttpResponse<Void> answer =
          http.send(
              HttpRequest.newBuilder(reference).timeout(PATIENCE).HEAD().build(),
              BodyHandlers.discarding());
      Instant after = clock.instant();
      String date = answer.headers().firstValue("Date").orElse("");
      Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Duration.between(theirs, before.plus(Duration.between(before, after).dividedBy(2)));
    } catch (IOException | DateTimeException silent) {
      return null;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}

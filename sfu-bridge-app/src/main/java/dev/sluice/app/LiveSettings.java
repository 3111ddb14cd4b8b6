package dev.sluice.app;

import dev.sluice.api.auth.AccessTokens;
import dev.sluice.api.auth.SigningKeys;
import dev.sluice.api.rest.HttpLimits;
import dev.sluice.api.session.SignallingLimits;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * The settings in force, and how they are read again while the server runs. What is safe to change
 * then is changed; the rest waits for a restart, and is named. A configuration with which the
 * server would not start changes nothing. Any thread.
 */
final class LiveSettings {
  /** What the rest of the server looks at again and again, or is told of. */
  static final Set<String> SAFE =
      Set.of(
          "sluice.auth.keys",
          "sluice.http.request-burst",
          "sluice.http.requests-per-second",
          "sluice.rooms.codecs",
          "sluice.rooms.flush-delay",
          "sluice.rooms.max-participants",
          "sluice.rooms.max-rooms",
          "sluice.signalling.buffered-messages",
          "sluice.signalling.buffered-size",
          "sluice.signalling.join-timeout",
          "sluice.signalling.max-candidates",
          "sluice.signalling.max-http-offer",
          "sluice.signalling.max-sections",
          "sluice.signalling.max-slots",
          "sluice.signalling.message-burst",
          "sluice.signalling.messages-per-second",
          "sluice.signalling.offer-burst",
          "sluice.signalling.offers-per-minute",
          "sluice.signalling.resume-timeout",
          "sluice.signalling.silence-timeout",
          "sluice.signalling.tolerated-faults");

  private static final String LOG_LEVELS = "logging.level";

  private final Supplier<Reading> reader;
  private final LogLevels logLevels;
  private final AccessTokens tokens;
  private final RoomSettingsTarget rooms;
  private final Reading started;
  private Reading current;
  private volatile HttpLimits httpLimits;
  private volatile SignallingLimits signallingLimits;

  /**
   * What the configuration says at one moment.
   *
   * @param logLevels by the name of a logger
   */
  record Reading(SluiceProperties settings, Map<String, LogLevel> logLevels) {
    Reading {
      logLevels = Map.copyOf(logLevels);
    }
  }

  /**
   * What has come of reading again.
   *
   * @param changed settings that have other values now
   * @param needRestart settings that have other values in the configuration, and not here
   */
  record Outcome(List<String> changed, List<String> needRestart) {
    Outcome {
      changed = List.copyOf(changed);
      needRestart = List.copyOf(needRestart);
    }
  }

  /** Sets how much is logged; null for what the parent logger has. */
  interface LogLevels {
    void set(String logger, @Nullable LogLevel level);
  }

  /** Is told how rooms are to be set up. */
  interface RoomSettingsTarget {
    void set(SluiceProperties.Rooms rooms);
  }

  /**
   * @param reader reads the whole configuration anew
   * @param started with what the server has started
   */
  LiveSettings(
      Supplier<Reading> reader,
      Reading started,
      LogLevels logLevels,
      AccessTokens tokens,
      RoomSettingsTarget rooms) {
    this.reader = reader;
    this.started = started;
    current = started;
    httpLimits = httpLimits(started.settings());
    signallingLimits = started.settings().signalling().toLimits();
    this.logLevels = logLevels;
    this.tokens = tokens;
    this.rooms = rooms;
  }

  /** Of each address over HTTP, now. */
  HttpLimits httpLimits() {
    return httpLimits;
  }

  /** Of each client, now. */
  SignallingLimits signallingLimits() {
    return signallingLimits;
  }

  /**
   * Reads the configuration again and changes what is safe to change.
   *
   * @throws ConfigurationException when the server would not start with it; nothing has changed
   */
  synchronized Outcome reload() {
    Reading before = current;
    Reading after = reader.get();
    Set<String> changed = new TreeSet<>();
    Set<String> needRestart = new TreeSet<>();
    for (String name : SettingValues.different(before.settings(), after.settings())) {
      if (SAFE.contains(name)) {
        changed.add(name);
      }
    }
    for (String name : SettingValues.different(started.settings(), after.settings())) {
      if (!SAFE.contains(name)) {
        needRestart.add(name);
      }
    }
    current = after;
    apply(after.settings(), changed);
    changed.addAll(applyLogLevels(before.logLevels(), after.logLevels()));
    return new Outcome(List.copyOf(changed), List.copyOf(needRestart));
  }

  private void apply(SluiceProperties now, Set<String> changed) {
    httpLimits = httpLimits(now);
    signallingLimits = withFixedOf(started.settings().signalling().toLimits(), now);
    if (changed.contains("sluice.auth.keys")) {
      Map<String, String> keys = now.auth().keys();
      tokens.replaceKeys(keys.isEmpty() ? SigningKeys.NONE : SigningKeys.of(keys));
    }
    if (changed.stream().anyMatch(name -> name.startsWith("sluice.rooms."))) {
      rooms.set(now.rooms());
    }
  }

  private static HttpLimits httpLimits(SluiceProperties settings) {
    return new HttpLimits(settings.http().requestsPerSecond(), settings.http().requestBurst());
  }

  /** What is built into the server at its start stays. */
  private static SignallingLimits withFixedOf(SignallingLimits was, SluiceProperties settings) {
    SignallingLimits is = settings.signalling().toLimits();
    SignallingLimits.Traffic traffic = is.traffic();
    SignallingLimits.Negotiation negotiation = is.negotiation();
    SignallingLimits.Capacity capacity = is.capacity();
    return new SignallingLimits(
        new SignallingLimits.Traffic(
            was.traffic().maxMessageBytes(),
            traffic.messagesPerSecond(),
            traffic.messageBurst(),
            traffic.toleratedFaults()),
        new SignallingLimits.Negotiation(
            negotiation.offersPerMinute(),
            negotiation.offerBurst(),
            negotiation.maxCandidates(),
            negotiation.maxSections(),
            negotiation.maxHttpOfferBytes(),
            was.negotiation().maxTracks(),
            negotiation.maxSlots()),
        new SignallingLimits.Capacity(
            was.capacity().maxSessions(), capacity.bufferedMessages(), capacity.bufferedBytes()),
        is.timeouts());
  }

  private Set<String> applyLogLevels(Map<String, LogLevel> was, Map<String, LogLevel> is) {
    Set<String> changed = new TreeSet<>();
    Map<String, LogLevel> all = new TreeMap<>(was);
    all.putAll(is);
    for (String logger : all.keySet()) {
      if (was.get(logger) != is.get(logger)) {
        // The same name as the logging system's own, which writes it in capitals.
        logLevels.set(
            logger.equals("root") ? LoggingSystem.ROOT_LOGGER_NAME : logger, is.get(logger));
        changed.add(LOG_LEVELS + "." + logger);
      }
    }
    return changed;
  }
}

package dev.sluice.api.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a JSON Web Key Set (RFC 7517) that may change while the server runs. It is read again
 * when it is old, and when a token names a key that is not in it, but never more often than {@link
 * Timing#pause}: junk tokens cannot make this server flood another. While it cannot be read, the
 * keys of the last time stay in use, for a while.
 *
 * <p>Safe for every thread. One caller reads; those whose key is there go on with it, and a bounded
 * number of the others wait.
 */
public final class KeySetCache implements KeySource {
  private static final Logger LOG = LoggerFactory.getLogger(KeySetCache.class);
  private static final int MAX_KEYS = 64;
  private static final int MAX_WAITING = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String name;
  private final KeySetReader reader;
  private final boolean secretsToo;
  private final Timing timing;
  private final LongSupplier nanoTime;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile @Nullable Loaded loaded;

  /** When it was last tried to read; guarded by {@link #reading}. */
  private @Nullable Long triedNanos;

  /** What was read, and when. */
  private record Loaded(Map<String, VerificationKey> keys, long readNanos) {
    boolean isOlderThan(Duration age, long nowNanos) {
      return nowNanos - readNanos >= age.toNanos();
    }
  }

  /**
   * How often.
   *
   * @param refresh the age at which keys are read again; so long a removed key may still be good
   * @param stale the age at which keys are no longer used even if they cannot be read again
   * @param pause the least time between two readings
   */
  public record Timing(Duration refresh, Duration stale, Duration pause) {}

  /**
   * Nothing is read yet.
   *
   * @param name for the log
   * @param secretsToo whether keys of the type {@code oct} count: only where nobody but this server
   *     can read them
   */
  public KeySetCache(
      String name, KeySetReader reader, boolean secretsToo, Timing timing, LongSupplier nanoTime) {
    this.name = name;
    this.reader = reader;
    this.secretsToo = secretsToo;
    this.timing = timing;
    this.nanoTime = nanoTime;
  }

  @Override
  public @Nullable VerificationKey find(String keyId) {
    return usable(refreshed(keyId)).get(keyId);
  }

  /** Reads it when it is time to, so that a server that nobody has asked yet can tell. */
  @Override
  public boolean hasKeys() {
    return !usable(refreshed(null)).isEmpty();
  }

  /**
   * Reads it now.
   *
   * @throws IOException with a sentence, when it cannot be read or has no key of use
   */
  public void load() throws IOException {
    reading.lock();
    try {
      read();
    } finally {
      reading.unlock();
    }
  }

  private Map<String, VerificationKey> usable(@Nullable Loaded current) {
    return current == null || current.isOlderThan(timing.stale(), nanoTime.getAsLong())
        ? Map.of()
        : current.keys();
  }

  /** What is loaded, after another reading if one is due. */
  private @Nullable Loaded refreshed(@Nullable String wantedKeyId) {
    Loaded current = loaded;
    boolean missing =
        current == null || (wantedKeyId != null && !current.keys().containsKey(wantedKeyId));
    boolean old = current != null && current.isOlderThan(timing.refresh(), nanoTime.getAsLong());
    if (missing || old) {
      refresh(missing);
    }
    return loaded;
  }

  private void refresh(boolean worthWaiting) {
    if (!lockReading(worthWaiting)) {
      return;
    }
    try {
      Long tried = triedNanos;
      if (tried == null || nanoTime.getAsLong() - tried >= timing.pause().toNanos()) {
        read();
      }
    } catch (IOException e) {
      LOG.warn("The keys of {} cannot be read ({})", name, e.getMessage());
      LOG.debug("Because of", e);
    } finally {
      reading.unlock();
    }
  }

  private boolean lockReading(boolean worthWaiting) {
    try {
      return reading.tryLock()
          || (worthWaiting
              && reading.getQueueLength() < MAX_WAITING
              && reading.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void read() throws IOException {
    triedNanos = nanoTime.getAsLong();
    Map<String, VerificationKey> keys = parse(reader.read());
    if (keys.isEmpty()) {
      throw new IOException("The key set has no key with a \"kid\" that can verify tokens.");
    }
    Loaded before = loaded;
    loaded = new Loaded(Map.copyOf(keys), nanoTime.getAsLong());
    if (before == null || !before.keys().keySet().equals(keys.keySet())) {
      LOG.info("The keys of {} are now {}", name, keys.keySet().stream().sorted().toList());
    }
  }

  private Map<String, VerificationKey> parse(byte[] text) throws IOException {
    Map<String, VerificationKey> keys = new HashMap<>();
    try {
      for (JWK key : JWKSet.parse(new String(text, StandardCharsets.UTF_8)).getKeys()) {
        VerificationKey usable =
            key.getKeyID() == null ? null : VerificationKey.of(key, secretsToo);
        if (usable != null) {
          keys.putIfAbsent(key.getKeyID(), usable);
        }
      }
    } catch (ParseException | JOSEException e) {
      // Without its cause, which may quote what it could not read.
      throw new IOException("It is no JSON Web Key Set (RFC 7517).");
    }
    if (keys.size() > MAX_KEYS) {
      throw new IOException("The key set has more than " + MAX_KEYS + " keys.");
    }
    return keys;
  }
}

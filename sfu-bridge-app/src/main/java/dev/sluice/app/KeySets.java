package dev.sluice.app;

import dev.sluice.api.auth.KeySetCache;
import dev.sluice.api.auth.KeySetFile;
import dev.sluice.api.auth.KeySetUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The key sets of the configuration. A file must be good when the server starts; another server may
 * come up later than this one.
 */
final class KeySets implements AutoCloseable {
  /** Cheap to read, so its changes are seen soon. */
  private static final Duration FILE_REFRESH = Duration.ofSeconds(5);

  private static final Duration FILE_PAUSE = Duration.ofSeconds(1);

  /** The least time between two requests to the other server. */
  private static final Duration URL_PAUSE = Duration.ofSeconds(10);

  private static final Duration URL_LIMIT = Duration.ofSeconds(3);

  private final List<KeySetCache> caches = new ArrayList<>();
  private final @Nullable KeySetUrl url;

  KeySets(SluiceProperties.Auth auth, LongSupplier nanoTime) {
    String file = auth.jwksFile();
    if (file != null) {
      caches.add(fromFile(file, auth.jwksStale(), nanoTime));
    }
    if (auth.jwksUrl() == null) {
      url = null;
    } else {
      url = new KeySetUrl(auth.jwksUrl(), URL_LIMIT);
      KeySetCache cache =
          new KeySetCache(
              "sluice.auth.jwks-url",
              url,
              false,
              new KeySetCache.Timing(auth.jwksRefresh(), auth.jwksStale(), URL_PAUSE),
              nanoTime);
      caches.add(cache);
      // So that the first who comes need not wait for it.
      Thread.ofVirtual().name("key-set").start(cache::hasKeys);
    }
  }

  private static KeySetCache fromFile(String file, Duration stale, LongSupplier nanoTime) {
    KeySetCache cache =
        new KeySetCache(
            "sluice.auth.jwks-file",
            new KeySetFile(Path.of(file)),
            true,
            new KeySetCache.Timing(FILE_REFRESH, stale, FILE_PAUSE),
            nanoTime);
    try {
      cache.load();
    } catch (IOException e) {
      throw new ConfigurationException(
          "sluice.auth.jwks-file is \"%s\", which cannot be used: %s".formatted(file, e),
          "It is a JSON Web Key Set (RFC 7517) whose keys have a \"kid\": RSA of at least 2048"
              + " bits, EC on P-256, or oct of at least 32 bytes.");
    }
    return cache;
  }

  /** The file's first, then the other server's. */
  List<KeySetCache> caches() {
    return List.copyOf(caches);
  }

  @Override
  public void close() {
    if (url != null) {
      url.close();
    }
  }
}

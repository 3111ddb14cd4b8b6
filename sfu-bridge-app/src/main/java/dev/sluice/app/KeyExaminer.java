package dev.sluice.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.core.env.Environment;

/** Looks at the keys of access tokens: whether they can be guessed, and whether they can be had. */
final class KeyExaminer implements Examiner {
  /** 32 random bytes in hexadecimal have all 16 digits but for one time in a thousand. */
  private static final int FEWEST_CHARACTERS = 10;

  private static final List<String> WORDS =
      List.of("secret", "password", "passw0rd", "changeme", "change-me", "example", "sluice");

  @Override
  public List<Finding> examine(SluiceProperties settings, Environment environment) {
    List<Finding> findings = new ArrayList<>();
    for (Map.Entry<String, String> key : settings.auth().keys().entrySet()) {
      if (isWeak(key.getValue())) {
        findings.add(
            Finding.error(
                "weak-key",
                "The secret of sluice.auth.keys.%s is long enough, but it can be guessed: whoever does can issue tokens."
                    .formatted(key.getKey()),
                "Make one with openssl rand -hex 32, and give it to your back end too."));
      }
    }
    findings.addAll(keySets(settings.auth()));
    return findings;
  }

  /** Whether it is a word, one pattern again and again, or of few different characters. */
  static boolean isWeak(String secret) {
    String lower = secret.toLowerCase(Locale.ROOT);
    return secret.chars().distinct().count() < FEWEST_CHARACTERS
        || WORDS.stream().anyMatch(lower::contains)
        || isPeriodic(secret);
  }

  private static boolean isPeriodic(String secret) {
    return Stream.iterate(1, period -> period <= secret.length() / 2, period -> period + 1)
        .anyMatch(period -> secret.startsWith(secret.substring(period)));
  }

  private static List<Finding> keySets(SluiceProperties.Auth auth) {
    try (KeySets sets = new KeySets(auth, System::nanoTime)) {
      if (auth.jwksUrl() != null && sets.caches().stream().noneMatch(cache -> cache.hasKeys())) {
        return List.of(
            Finding.error(
                "key-set-unreachable",
                "No key set can be fetched from sluice.auth.jwks-url: nobody will get in with a"
                    + " token of its keys.",
                "Open it with curl from this machine; it must answer 200 with a JSON Web Key Set"
                    + " within 3 s."));
      }
    } catch (ConfigurationException unusable) {
      return List.of(Finding.error("key-set-unusable", text(unusable), unusable.action()));
    }
    return List.of();
  }

  private static String text(ConfigurationException unusable) {
    return String.valueOf(unusable.getMessage());
  }
}

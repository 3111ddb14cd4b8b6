package dev.sluice.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The cache of a key set, in virtual time. */
@Tag("S5")
class KeySetCacheTest {
  private static final KeySetCache.Timing TIMING =
      new KeySetCache.Timing(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofSeconds(10));
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final Shelf shelf = new Shelf();
  private final KeySetCache keys =
      new KeySetCache("the test", shelf, false, TIMING, () -> shelf.nowNanos);

  /** Where the key set is kept. */
  private static final class Shelf implements KeySetReader {
    // Near the end of the range: the clock of a JVM may wrap.
    private long nowNanos = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();
    private byte[] text = {};
    private int readings;

    @Override
    public byte[] read() throws IOException {
      readings++;
      if (text.length == 0) {
        throw new IOException("The shelf is empty.");
      }
      return text;
    }

    void put(JWK... keys) {
      text = TestKeys.published(keys);
    }

    void pass(Duration time) {
      nowNanos += time.toNanos();
    }
  }

  @Test
  void readsOnceForManyTokens() throws Exception {
    shelf.put(TestKeys.ec("a"), TestKeys.ec("b"));
    for (int i = 0; i < 100; i++) {
      assertThat(keys.find("a")).isNotNull();
      assertThat(keys.find("b")).isNotNull();
    }
    assertThat(shelf.readings).isEqualTo(1);
  }

  @Test
  void takesARotatedKeyAtOnceAndDropsTheRemovedOne() throws Exception {
    shelf.put(TestKeys.ec("old"));
    assertThat(keys.find("old")).isNotNull();
    shelf.put(TestKeys.ec("new"));
    shelf.pass(TIMING.pause());
    assertThat(keys.find("new")).as("a key that is asked for is looked for").isNotNull();
    assertThat(keys.find("old")).as("a key that was removed").isNull();
  }

  @Test
  void dropsARemovedKeyThatNobodyHasFollowedWhenTheSetIsOld() throws Exception {
    shelf.put(TestKeys.ec("kept"), TestKeys.ec("removed"));
    assertThat(keys.find("removed")).isNotNull();
    shelf.put(TestKeys.ec("kept"));
    shelf.pass(TIMING.refresh().minusNanos(1));
    assertThat(keys.find("removed")).as("not read again yet").isNotNull();
    shelf.pass(Duration.ofNanos(1));
    assertThat(keys.find("removed")).isNull();
    assertThat(keys.find("kept")).isNotNull();
  }

  @Test
  void readsAtMostOncePerPauseWhateverIsAskedFor() throws Exception {
    shelf.put(TestKeys.ec("a"));
    for (int i = 0; i < 1000; i++) {
      assertThat(keys.find("junk" + i)).isNull();
    }
    assertThat(shelf.readings).isEqualTo(1);
    shelf.pass(TIMING.pause());
    for (int i = 0; i < 1000; i++) {
      assertThat(keys.find("junk" + i)).isNull();
    }
    assertThat(shelf.readings).isEqualTo(2);
    assertThat(keys.find("a")).isNotNull();
  }

  @Test
  void goesOnWithTheKeysItHasWhileTheSetCannotBeReadButNotForEver() throws Exception {
    shelf.put(TestKeys.ec("a"));
    assertThat(keys.hasKeys()).isTrue();
    shelf.text = new byte[0];
    shelf.pass(TIMING.refresh());
    assertThat(keys.find("a")).as("old, and unreadable").isNotNull();
    assertThat(shelf.readings).isEqualTo(2);
    shelf.text = "{\"keys\": []}".getBytes(StandardCharsets.UTF_8);
    shelf.pass(TIMING.pause());
    assertThat(keys.find("a")).as("an empty set is a fault of the other side").isNotNull();
    shelf.pass(TIMING.stale());
    assertThat(keys.find("a")).isNull();
    assertThat(keys.hasKeys()).isFalse();
    shelf.put(TestKeys.ec("a"));
    shelf.pass(TIMING.pause());
    assertThat(keys.hasKeys()).as("back").isTrue();
  }

  static Stream<Arguments> keysOfNoUse() throws Exception {
    RSAKey weak = new RSAKeyGenerator(1024, true).keyID("k").generate();
    return Stream.of(
        Arguments.of(
            "for encryption",
            new ECKey.Builder(TestKeys.ec("k")).keyUse(KeyUse.ENCRYPTION).build()),
        Arguments.of(
            "for signing only",
            new ECKey.Builder(TestKeys.ec("k")).keyOperations(Set.of(KeyOperation.SIGN)).build()),
        Arguments.of(
            "for another algorithm",
            new RSAKey.Builder(TestKeys.rsa("k")).algorithm(JWSAlgorithm.RS512).build()),
        Arguments.of("on another curve", new ECKeyGenerator(Curve.P_384).keyID("k").generate()),
        Arguments.of("too weak", weak),
        Arguments.of("a secret that everyone can read", TestKeys.secret("k", SECRET)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keysOfNoUse")
  void leavesOut(String what, JWK key) throws Exception {
    shelf.text = TestKeys.whole(key, TestKeys.ec("good"));
    assertThat(keys.find("k")).as(what).isNull();
    assertThat(keys.find("good")).isNotNull();
  }

  @Test
  void takesSecretsWhereOnlyTheServerCanReadThemIfTheyAreLongEnough() throws Exception {
    KeySetCache own = new KeySetCache("own", shelf, true, TIMING, () -> shelf.nowNanos);
    shelf.text =
        TestKeys.whole(TestKeys.secret("k", SECRET), TestKeys.secret("short", "0123456789"));
    VerificationKey key = Objects.requireNonNull(own.find("k"));
    assertThat(key.isOfAlgorithm(JWSAlgorithm.HS256)).isTrue();
    assertThat(own.find("short")).isNull();
  }

  @Test
  void refusesWhatIsNoKeySetAndSaysNothingOfItsContent() throws Exception {
    for (String text :
        List.of("-", "[]", "{}", "{\"keys\": 5}", "{\"keys\": [{\"kty\": \"oct\", \"k\": 5}]}")) {
      shelf.text = text.getBytes(StandardCharsets.UTF_8);
      assertThatIOException()
          .as(text)
          .isThrownBy(keys::load)
          .withMessageMatching(".*(JSON Web Key Set|key set).*")
          .withNoCause();
    }
    JWK[] many = new JWK[65];
    for (int i = 0; i < many.length; i++) {
      many[i] = TestKeys.secret("k" + i, SECRET);
    }
    shelf.text = TestKeys.whole(many);
    KeySetCache own = new KeySetCache("own", shelf, true, TIMING, () -> shelf.nowNanos);
    assertThatIOException().isThrownBy(own::load).withMessageContaining("more than 64");
  }

  @Test
  void doesNotLetAKnownKeyWaitForAReading() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<byte[]> slow = new CompletableFuture<>();
    byte[] first = TestKeys.published(TestKeys.ec("a"));
    KeySetCache cache =
        new KeySetCache(
            "slow",
            () -> {
              if (shelf.readings++ == 0) {
                return first;
              }
              begun.countDown();
              return slow.join();
            },
            false,
            TIMING,
            () -> shelf.nowNanos);
    cache.load();
    shelf.pass(TIMING.pause());
    Thread asking = Thread.ofVirtual().start(() -> cache.find("unknown"));
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(cache.find("a")).as("while another reads").isNotNull();
    shelf.pass(TIMING.refresh());
    assertThat(cache.find("a")).as("even when it is old").isNotNull();
    slow.complete(first);
    assertThat(asking.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void readsAFileAgainThatHasChangedAndNeverMoreThanItsBound(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("keys.json");
    KeySetCache cache =
        new KeySetCache("file", new KeySetFile(file), true, TIMING, () -> shelf.nowNanos);
    assertThatIOException().isThrownBy(cache::load);
    Files.write(file, TestKeys.whole(TestKeys.secret("first", SECRET)));
    cache.load();
    assertThat(cache.find("first")).isNotNull();
    Files.write(file, TestKeys.whole(TestKeys.secret("second", SECRET)));
    shelf.pass(TIMING.refresh());
    assertThat(cache.find("first")).isNull();
    assertThat(cache.find("second")).isNotNull();
    Files.writeString(file, " ".repeat(KeySetReader.MAX_BYTES + 1));
    assertThatIOException().isThrownBy(cache::load).withMessageContaining("65536 bytes");
  }
}

package dev.sluice.transport.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import dev.sluice.core.media.DropReason;
import dev.sluice.transport.ice.IceGateway.LocalCredentials;
import dev.sluice.transport.ice.IceGateway.Outcome;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("S3")
class LiteIceGatewayTest {
  private static final InetSocketAddress REMOTE = new InetSocketAddress("192.0.2.77", 54321);

  private final LiteIceGateway<String> gateway = new LiteIceGateway<>(new SecureRandom());
  private LocalCredentials credentials = new LocalCredentials("", "");

  @BeforeEach
  void openAlice() {
    credentials = gateway.open("alice");
  }

  @Test
  void answersAnAuthenticatedCheckWithASignedResponse() throws Exception {
    Outcome<String> outcome = handle(check(credentials, false));

    Outcome.Validated<String> validated = validated(outcome);
    assertThat(validated.peer()).isEqualTo("alice");
    assertThat(validated.nominated()).isFalse();
    assertThat(ByteBuffer.wrap(validated.response()).getShort()).isEqualTo((short) 0x0101);
    assertThat(Arrays.copyOfRange(validated.response(), 8, 20)).isEqualTo(StunMessages.TRANSACTION);
    assertThat(StunMessages.isSigned(validated.response(), credentials.pwd())).isTrue();
    assertThat(StunMessages.mappedAddress(validated.response())).isEqualTo(REMOTE);
  }

  @Test
  void saysNothingOfItselfInAResponse() {
    Outcome.Validated<String> validated = validated(handle(check(credentials, false)));

    assertThat(StunMessages.attributes(validated.response()).keySet())
        .containsExactly(0x0020, 0x0008, 0x8028);
  }

  @Test
  void isNoAmplifier() {
    byte[] check = check(credentials, false);

    assertThat(validated(handle(check)).response().length).isLessThan(check.length);
  }

  @Test
  void reportsANominatedPath() {
    assertThat(validated(handle(check(credentials, true))).nominated()).isTrue();
  }

  @Test
  void mapsAnIpv6Address() throws Exception {
    InetSocketAddress remote =
        new InetSocketAddress(InetAddress.getByName("2001:db8:1:2:a:b:c:d"), 65000);
    byte[] check = check(credentials, false);

    Outcome<String> outcome = gateway.handle(check, 0, check.length, remote, 0);

    assertThat(StunMessages.mappedAddress(validated(outcome).response())).isEqualTo(remote);
    assertThat(StunMessages.isSigned(validated(outcome).response(), credentials.pwd())).isTrue();
  }

  @Test
  void readsAMessageInTheMiddleOfABuffer() {
    byte[] check = check(credentials, true);
    byte[] buffer = new byte[check.length + 64];
    Arrays.fill(buffer, (byte) 0xEE);
    System.arraycopy(check, 0, buffer, 17, check.length);

    Outcome<String> outcome = gateway.handle(buffer, 17, check.length, REMOTE, 0);

    assertThat(StunMessages.isSigned(validated(outcome).response(), credentials.pwd())).isTrue();
  }

  @Test
  void findsEachPeerByItsUfrag() {
    for (int i = 0; i < 500; i++) {
      String peer = "peer-" + i;
      LocalCredentials its = gateway.open(peer);
      assertThat(validated(handle(check(its, false))).peer()).isEqualTo(peer);
    }
    assertThat(validated(handle(check(credentials, false))).peer()).isEqualTo("alice");
  }

  @Tag("S4")
  @Test
  void ignoresACheckThatSomebodySendsAgainFromElsewhere() {
    byte[] check = check(credentials, true);
    InetSocketAddress thief = new InetSocketAddress("203.0.113.9", 54321);
    assertThat(validated(handle(check)).nominated()).isTrue();

    assertThat(gateway.handle(check, 0, check.length, thief, 0))
        .isEqualTo(new Outcome.Ignored<>(DropReason.REPLAYED));

    assertThat(validated(handle(check)).nominated()).as("its owner may repeat it").isTrue();
    byte[] next = StunMessages.check(credentials.ufrag() + ":bob", credentials.pwd(), true, 1);
    assertThat(validated(gateway.handle(next, 0, next.length, thief, 0)).nominated())
        .as("a new check may come from anywhere")
        .isTrue();
  }

  @Tag("S4")
  @Test
  void remembersChecksForLongButNotForEver() {
    InetSocketAddress thief = new InetSocketAddress("203.0.113.9", 54321);
    String username = credentials.ufrag() + ":bob";
    for (int i = 0; i <= RecentChecks.SIZE; i++) {
      handle(StunMessages.check(username, credentials.pwd(), true, i));
    }

    byte[] first = StunMessages.check(username, credentials.pwd(), true, 0);
    byte[] second = StunMessages.check(username, credentials.pwd(), true, 1);

    assertThat(gateway.handle(second, 0, second.length, thief, 0))
        .isEqualTo(new Outcome.Ignored<>(DropReason.REPLAYED));
    assertThat(gateway.handle(first, 0, first.length, thief, 0))
        .as("forgotten: memory is bounded")
        .isInstanceOf(Outcome.Validated.class);
  }

  @Tag("S4")
  @Test
  void dropsACheckSignedWithAnotherKey() {
    byte[] check = StunMessages.check(credentials.ufrag() + ":bob", "x".repeat(24), true);

    assertIgnored(check, DropReason.AUTHENTICATION_FAILED);
  }

  @Tag("S4")
  @Test
  void dropsACheckWithoutIntegrity() {
    byte[] check =
        new StunMessages.Builder(0x0001)
            .username(credentials.ufrag() + ":bob")
            .attribute(0x0025)
            .fingerprint()
            .build();

    assertIgnored(check, DropReason.AUTHENTICATION_FAILED);
  }

  @Tag("S4")
  @Test
  void dropsACheckWithoutFingerprint() {
    byte[] check =
        new StunMessages.Builder(0x0001)
            .username(credentials.ufrag() + ":bob")
            .integrity(credentials.pwd())
            .build();

    assertIgnored(check, DropReason.MALFORMED);
  }

  @Tag("S4")
  @Test
  void dropsACheckForAnUnknownUfrag() {
    byte[] check = StunMessages.check("AAAAAAAAAA:bob", credentials.pwd(), false);

    assertIgnored(check, DropReason.UNKNOWN_ADDRESS);
  }

  @Tag("S4")
  @ParameterizedTest
  @CsvSource({"%s", "%s0:bob", ":bob", "bob:%s", "%s bob", "''"})
  void dropsAUsernameOfAnotherForm(String pattern) {
    byte[] check =
        StunMessages.check(pattern.replace("%s", credentials.ufrag()), credentials.pwd(), false);

    assertIgnored(check, DropReason.UNKNOWN_ADDRESS);
  }

  @Tag("S4")
  @Test
  void dropsACheckCutOffAtAnyByte() {
    byte[] check = check(credentials, true);

    for (int length = 0; length < check.length; length++) {
      byte[] cut = Arrays.copyOf(check, length);
      assertThat(handle(cut)).as("cut at %d", length).isInstanceOf(Outcome.Ignored.class);
    }
  }

  @Tag("S4")
  @Test
  void dropsACheckWithAnyBitFlipped() {
    byte[] check = check(credentials, true);

    for (int bit = 0; bit < check.length * 8; bit++) {
      byte[] flipped = check.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(handle(flipped)).as("bit %d", bit).isInstanceOf(Outcome.Ignored.class);
    }
  }

  @Tag("S4")
  @Test
  void ignoresWhatFollowsTheIntegrity() {
    byte[] check =
        new StunMessages.Builder(0x0001)
            .username(credentials.ufrag() + ":bob")
            .integrity(credentials.pwd())
            .attribute(0x0025)
            .attribute(0x7001)
            .fingerprint()
            .build();

    assertThat(validated(handle(check)).nominated()).isFalse();
  }

  @Tag("S4")
  @Test
  void survivesRandomMessages() {
    long seed = 0x5EED;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] message = new byte[20 + 4 * random.nextInt(40)];
      random.nextBytes(message);
      ByteBuffer header = ByteBuffer.wrap(message);
      header.putShort(0, (short) (random.nextBoolean() ? 0x0001 : random.nextInt(0x4000)));
      header.putShort(2, (short) (message.length - 20));
      header.putInt(4, 0x2112A442);
      assertThat(handle(message))
          .as("seed %d, message %d", seed, i)
          .isInstanceOf(Outcome.Ignored.class);
    }
  }

  @Tag("S4")
  @Test
  void survivesSignedMessagesWithRandomAttributes() {
    long seed = 0xA77;
    Random random = new Random(seed);
    int[] types = {0x01, 0x09, 0x0A, 0x14, 0x15, 0x20, 0x24, 0x25, 0x8022, 0x8029, 0x802A, 0x0D};
    for (int i = 0; i < 5_000; i++) {
      StunMessages.Builder builder = new StunMessages.Builder(0x0001);
      builder.username(credentials.ufrag() + ":bob");
      for (int n = random.nextInt(6); n > 0; n--) {
        byte[] value = new byte[random.nextInt(12)];
        random.nextBytes(value);
        builder.attribute(types[random.nextInt(types.length)], value);
      }
      byte[] message = builder.integrity(credentials.pwd()).fingerprint().build();
      byte[] response =
          switch (handle(message)) {
            case Outcome.Validated<String> v -> v.response();
            case Outcome.Refused<String> r -> r.response();
            case Outcome.Keepalive<String> _ -> new byte[0];
            case Outcome.Ignored<String> _ -> null;
          };
      if (response != null) {
        assertThat(StunMessages.isSigned(response, credentials.pwd()))
            .as("seed %d, message %d", seed, i)
            .isTrue();
      }
    }
  }

  @Tag("S4")
  @Test
  void allocatesNothingForAFloodOfJunk() {
    byte[] unknown = StunMessages.check("AAAAAAAAAA:bob", "x".repeat(24), false);
    byte[] malformed = Arrays.copyOf(unknown, unknown.length - 4);
    for (int i = 0; i < 50_000; i++) {
      handle(unknown);
      handle(malformed);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      handle(unknown);
      handle(malformed);
    }
    long perMessage = (threads.getCurrentThreadAllocatedBytes() - before) / 200_000;

    assertThat(perMessage).as("bytes per message").isZero();
  }

  @Test
  void takesABindingIndicationAsAKeepaliveOnly() {
    byte[] indication = new StunMessages.Builder(0x0011).fingerprint().build();

    assertThat(handle(indication)).isInstanceOf(Outcome.Keepalive.class);
    indication[indication.length - 1] ^= 1;
    assertIgnored(indication, DropReason.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({"0x0101", "0x0111", "0x0003", "0x0016", "0x0002"})
  void ignoresResponsesAndOtherMethods(String type) {
    byte[] message =
        new StunMessages.Builder(Integer.decode(type))
            .username(credentials.ufrag() + ":bob")
            .integrity(credentials.pwd())
            .fingerprint()
            .build();

    assertIgnored(message, DropReason.NOT_WANTED);
  }

  @Test
  void refusesUnknownAttributesOfAnAuthenticatedPeerByName() {
    byte[] check =
        new StunMessages.Builder(0x0001)
            .username(credentials.ufrag() + ":bob")
            .attribute(0x7001, (byte) 1)
            .attribute(0xC123)
            .attribute(0x7002, (byte) 2)
            .integrity(credentials.pwd())
            .fingerprint()
            .build();

    byte[] response = refused(handle(check));

    assertThat(errorCode(response)).isEqualTo(420);
    assertThat(StunMessages.attributes(response).get(0x000A))
        .containsExactly(0x70, 0x01, 0x70, 0x02);
    assertThat(StunMessages.isSigned(response, credentials.pwd())).isTrue();
  }

  @Test
  void tellsAControlledPeerToTakeControl() {
    byte[] check =
        new StunMessages.Builder(0x0001)
            .username(credentials.ufrag() + ":bob")
            .attribute(0x8029, new byte[8])
            .integrity(credentials.pwd())
            .fingerprint()
            .build();

    byte[] response = refused(handle(check));

    assertThat(errorCode(response)).isEqualTo(487);
    assertThat(StunMessages.isSigned(response, credentials.pwd())).isTrue();
  }

  @Test
  void keepsBothGenerationsUntilTheNewOneIsNominated() {
    LocalCredentials next = gateway.restart("alice");

    assertThat(next.ufrag()).isNotEqualTo(credentials.ufrag());
    assertThat(next.pwd()).isNotEqualTo(credentials.pwd());
    assertThat(validated(handle(check(credentials, true))).peer()).isEqualTo("alice");
    assertThat(validated(handle(check(next, false))).peer()).isEqualTo("alice");
    assertThat(validated(handle(check(credentials, true))).peer()).isEqualTo("alice");

    assertThat(validated(handle(check(next, true))).nominated()).isTrue();
    assertIgnored(check(credentials, true), DropReason.UNKNOWN_ADDRESS);
    assertThat(validated(handle(check(next, false))).peer()).isEqualTo("alice");
  }

  @Test
  void aSecondRestartReplacesTheFirst() {
    LocalCredentials abandoned = gateway.restart("alice");
    LocalCredentials next = gateway.restart("alice");

    assertIgnored(check(abandoned, true), DropReason.UNKNOWN_ADDRESS);
    assertThat(validated(handle(check(credentials, false))).peer()).isEqualTo("alice");
    assertThat(validated(handle(check(next, false))).peer()).isEqualTo("alice");
  }

  @Test
  void forgetsAClosedPeerWithAllItsCredentials() {
    LocalCredentials next = gateway.restart("alice");

    gateway.close("alice");
    gateway.close("alice");

    assertIgnored(check(credentials, false), DropReason.UNKNOWN_ADDRESS);
    assertIgnored(check(next, false), DropReason.UNKNOWN_ADDRESS);
    assertThatIllegalStateException().isThrownBy(() -> gateway.restart("alice"));
    assertThat(validated(handle(check(gateway.open("alice"), false))).peer()).isEqualTo("alice");
  }

  @Test
  void opensAPeerOnlyOnce() {
    assertThatIllegalStateException().isThrownBy(() -> gateway.open("alice"));
  }

  @Test
  void makesCredentialsOfIceCharactersOnly() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      LocalCredentials c = gateway.open("peer-" + i);
      assertThat(c.ufrag()).matches("[A-Za-z0-9+/]{10}");
      assertThat(c.pwd()).matches("[A-Za-z0-9+/]{24}");
      assertThat(seen.add(c.ufrag()) && seen.add(c.pwd())).isTrue();
      assertThat(c.toString()).doesNotContain(c.pwd());
    }
  }

  @Test
  void startsNoThread() {
    Set<String> before = threadNames();
    validated(handle(check(credentials, true)));
    gateway.restart("alice");

    assertThat(threadNames()).isEqualTo(before);
  }

  private static Set<String> threadNames() {
    Set<String> names = new HashSet<>();
    Thread.getAllStackTraces().keySet().forEach(t -> names.add(t.getName()));
    names.removeIf(n -> n.startsWith("surefire"));
    return names;
  }

  private Outcome<String> handle(byte[] message) {
    return gateway.handle(message, 0, message.length, REMOTE, 0);
  }

  private void assertIgnored(byte[] message, DropReason reason) {
    assertThat(handle(message)).isEqualTo(new Outcome.Ignored<String>(reason));
  }

  private static byte[] check(LocalCredentials c, boolean useCandidate) {
    return StunMessages.check(c.ufrag() + ":bob", c.pwd(), useCandidate);
  }

  private static Outcome.Validated<String> validated(Outcome<String> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Validated.class);
    return (Outcome.Validated<String>) outcome;
  }

  private static byte[] refused(Outcome<String> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    return ((Outcome.Refused<String>) outcome).response();
  }

  private static int errorCode(byte[] response) {
    assertThat(ByteBuffer.wrap(response).getShort()).isEqualTo((short) 0x0111);
    byte[] value = StunMessages.attribute(response, 0x0009);
    assertThat(new String(value, 4, value.length - 4, StandardCharsets.UTF_8)).isNotNull();
    return value[2] * 100 + value[3];
  }
}

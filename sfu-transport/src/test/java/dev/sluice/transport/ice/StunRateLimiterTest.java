package dev.sluice.transport.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S4")
class StunRateLimiterTest {
  private static final long SECOND = 1_000_000_000L;

  /** Any start will do, also one from which the clock's number wraps. */
  private static final long START = Long.parseLong("9223372036354775807");

  private final StunRateLimiter limiter = new StunRateLimiter(64, 10, 20, 42);

  @Test
  void allowsABurstAndThenTheRate() throws Exception {
    InetAddress source = InetAddress.getByName("192.0.2.1");

    assertThat(allowed(source, 100, START)).isEqualTo(20);
    assertThat(allowed(source, 100, START + SECOND)).isEqualTo(10);
    assertThat(allowed(source, 100, START + SECOND + SECOND / 10)).isEqualTo(1);
    assertThat(allowed(source, 100, START + 100 * SECOND)).isEqualTo(20);
  }

  @Test
  void oneSourceDoesNotSpendForAnother() throws Exception {
    allowed(InetAddress.getByName("192.0.2.1"), 100, START);

    assertThat(allowed(InetAddress.getByName("192.0.2.2"), 100, START)).isEqualTo(20);
  }

  @Test
  void countsAnIpv6NetworkAsOneSource() throws Exception {
    allowed(InetAddress.getByName("2001:db8:0:1::1"), 20, START);

    assertThat(allowed(InetAddress.getByName("2001:db8:0:1:ffff::2"), 1, START)).isZero();
    assertThat(allowed(InetAddress.getByName("2001:db8:0:2::1"), 1, START)).isEqualTo(1);
  }

  @Test
  void keepsItsSizeUnderAFloodFromManyAddressesAndEvictsTheIdlest() throws Exception {
    StunRateLimiter oneSet = new StunRateLimiter(4, 10, 20, 42);
    InetAddress busy = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < 20; i++) {
      assertThat(oneSet.allow(busy, START)).isTrue();
    }
    for (int i = 0; i < 100_000; i++) {
      assertThat(oneSet.allow(address(i), START)).as("address %d", i).isTrue();
    }

    assertThat(oneSet.allow(busy, START)).as("the busy source is still known").isFalse();
  }

  @Test
  void refusesSettingsThatMakeNoTable() {
    assertThatIllegalArgumentException().isThrownBy(() -> new StunRateLimiter(63, 10, 20, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new StunRateLimiter(2, 10, 20, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new StunRateLimiter(64, 0, 20, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new StunRateLimiter(64, 1, 0, 0));
  }

  private int allowed(InetAddress source, int tries, long nowNanos) {
    int allowed = 0;
    for (int i = 0; i < tries; i++) {
      allowed += limiter.allow(source, nowNanos) ? 1 : 0;
    }
    return allowed;
  }

  private static InetAddress address(int i) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i});
  }
}

package dev.sluice.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One address gets so much, whoever it is. */
class RequestRateTest {
  private static final long SECOND = 1_000_000_000;

  private HttpLimits limits = new HttpLimits(2, 3);
  private final RequestBudgets budgets = new RequestBudgets(() -> limits);

  private int served(String address, int requests, long nowNanos) {
    int served = 0;
    for (int i = 0; i < requests; i++) {
      served += budgets.tryTake(address, nowNanos) ? 1 : 0;
    }
    return served;
  }

  @Test
  void refusesAnAddressThatAsksTooOftenAndNoOther() {
    assertThat(served("192.0.2.1", 10, 0)).isEqualTo(3);
    assertThat(served("192.0.2.2", 10, 0)).isEqualTo(3);
    assertThat(served("192.0.2.1", 10, SECOND)).isEqualTo(2);
  }

  @Test
  void takesANetworkOfIpv6ForOneClient() {
    assertThat(served("2001:db8::1", 2, 0)).isEqualTo(2);
    assertThat(served("2001:db8::ffff:2", 10, 0)).isEqualTo(1);
    assertThat(served("2001:db8:0:1::1", 10, 0)).isEqualTo(3);
  }

  @Test
  @Tag("A5")
  void otherLimitsHoldFromTheNextRequestOn() {
    assertThat(served("192.0.2.1", 10, 0)).isEqualTo(3);
    limits = new HttpLimits(2, 7);
    assertThat(served("192.0.2.1", 10, 0)).isEqualTo(7);
  }

  @Test
  void remembersSoManyAddressesAndNoMore() {
    assertThat(served("10.0.0.1", 3, 0)).isEqualTo(3);
    for (int i = 0; i < 10_000; i++) {
      assertThat(served("10.1." + i / 256 + "." + i % 256, 1, 0)).isEqualTo(1);
    }
    assertThat(served("10.0.0.1", 1, 0)).as("it is forgotten").isEqualTo(1);
  }
}

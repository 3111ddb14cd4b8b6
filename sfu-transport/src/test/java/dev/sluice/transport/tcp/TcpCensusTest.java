package dev.sluice.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C2")
class TcpCensusTest {
  private final TcpCensus census = new TcpCensus(new TcpLimits(5, 2, TcpLimits.MIN_QUEUE_BYTES));

  private @Nullable TcpCloseReason enter(String address) {
    return census.enter(InetAddress.ofLiteral(address));
  }

  private void leave(String address) {
    census.leave(InetAddress.ofLiteral(address), TcpCloseReason.LOST);
  }

  @Test
  void countsEverySourceForItself() {
    assertThat(enter("192.0.2.1")).isNull();
    assertThat(enter("192.0.2.1")).isNull();
    assertThat(enter("192.0.2.1")).isEqualTo(TcpCloseReason.TOO_MANY_OF_SOURCE);
    assertThat(enter("192.0.2.2")).isNull();
    leave("192.0.2.1");
    assertThat(enter("192.0.2.1")).isNull();
    assertThat(census.ended(TcpCloseReason.TOO_MANY_OF_SOURCE)).isEqualTo(1);
  }

  @Test
  void takesTheNetworkOfAnIpv6AddressForItsSource() {
    assertThat(enter("2001:db8:0:1::1")).isNull();
    assertThat(enter("2001:db8:0:1:ffff::2")).isNull();
    assertThat(enter("2001:db8:0:1::3")).isEqualTo(TcpCloseReason.TOO_MANY_OF_SOURCE);
    assertThat(enter("2001:db8:0:2::1")).isNull();
  }

  @Test
  void letsNoMoreInThanThereMayBe() {
    for (int i = 1; i <= 5; i++) {
      assertThat(enter("192.0.2." + i)).isNull();
    }
    assertThat(enter("192.0.2.6")).isEqualTo(TcpCloseReason.TOO_MANY);
    assertThat(census.open()).isEqualTo(5);
    leave("192.0.2.3");
    assertThat(enter("192.0.2.6")).isNull();
    assertThat(census.ended(TcpCloseReason.TOO_MANY)).isEqualTo(1);
    assertThat(census.ended(TcpCloseReason.LOST)).isEqualTo(1);
  }

  @Test
  void remembersNoSourceThatHasNoConnection() {
    for (int i = 0; i < 1000; i++) {
      String address = "10.0." + i / 256 + "." + i % 256;
      enter(address);
      leave(address);
    }
    assertThat(census.sources()).isZero();
    assertThat(census.open()).isZero();
  }
}

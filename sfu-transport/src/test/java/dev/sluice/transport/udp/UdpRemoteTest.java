package dev.sluice.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class UdpRemoteTest {
  private static UdpRemote remote(String host, int port) {
    return UdpRemote.of(new InetSocketAddress(InetAddress.ofLiteral(host), port));
  }

  @Test
  void knowsAnIpv4AddressByItselfAndMapped() {
    UdpRemote remote = remote("192.0.2.7", 50_000);

    assertThat(remote.inet()).isEqualTo(0xC0000207);
    assertThat(remote.high()).isZero();
    assertThat(remote.low()).isEqualTo(0xFFFF_C0000207L);
    assertThat(Short.toUnsignedInt(remote.port())).isEqualTo(50_000);
  }

  @Test
  void knowsAnIpv6AddressWithItsScope() throws UnknownHostException {
    byte[] octets = InetAddress.ofLiteral("fe80::102:304:506:708").getAddress();
    UdpRemote remote =
        UdpRemote.of(new InetSocketAddress(Inet6Address.getByAddress(null, octets, 3), 9));

    assertThat(remote.high()).isEqualTo(0xFE80_0000_0000_0000L);
    assertThat(remote.low()).isEqualTo(0x0102_0304_0506_0708L);
    assertThat(remote.scopeId()).isEqualTo(3);
  }

  @Test
  void isEqualToAnotherOfTheSameAddress() {
    assertThat(remote("192.0.2.7", 9))
        .isEqualTo(remote("192.0.2.7", 9))
        .hasSameHashCodeAs(remote("192.0.2.7", 9))
        .isNotEqualTo(remote("192.0.2.7", 10))
        .isNotEqualTo(remote("192.0.2.8", 9));
  }

  @Test
  void refusesAnAddressThatIsNotResolved() {
    InetSocketAddress unresolved = InetSocketAddress.createUnresolved("sluice.example", 9);

    assertThatThrownBy(() -> UdpRemote.of(unresolved))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sluice.example");
  }
}

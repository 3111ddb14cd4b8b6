package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.room.RoomLimits;
import dev.sluice.core.sdp.ClientNetwork;
import dev.sluice.core.sdp.LocalTransport.Candidate;
import dev.sluice.core.srtp.CipherPreference;
import dev.sluice.core.srtp.SrtpProfile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C13")
class AdvertisedAddressesTest {
  private static List<Candidate> addresses(boolean hidePrivate, String... advertised) {
    return addresses(
        hidePrivate,
        Stream.of(advertised).map(address -> new Candidate(address, 0, false)).toList());
  }

  private static List<Candidate> addresses(boolean hidePrivate, List<Candidate> advertised) {
    MediaConfig config =
        new MediaConfig(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            advertised,
            true,
            ThreadingMode.INVOKER,
            1,
            0,
            1,
            1,
            List.of(SrtpProfile.values()),
            RoomLimits.DEFAULT,
            null,
            RoomSettings.defaultCodecs(),
            new MediaConfig.Exposure(hidePrivate, false, 400, 800),
            MediaConfig.Tcp.OFF,
            CipherPreference.JDK);
    return AdvertisedAddresses.of(config, 10_000);
  }

  @Test
  void namesEveryAddressUnlessPrivateOnesAreHidden() {
    assertThat(addresses(false, "10.1.2.3", "198.51.100.7"))
        .extracting(Candidate::address)
        .containsExactly("10.1.2.3", "198.51.100.7");
  }

  @Test
  void hidesEveryPrivateNetworkAndKeepsItsNeighbours() {
    assertThat(
            addresses(
                true,
                "10.1.2.3",
                "172.15.255.255",
                "172.16.0.1",
                "172.31.255.255",
                "172.32.0.1",
                "192.168.0.1",
                "192.169.0.1",
                "fd00::1",
                "fc00::1",
                "2001:db8::1"))
        .extracting(Candidate::address)
        .containsExactly("172.15.255.255", "172.32.0.1", "192.169.0.1", "2001:db8::1");
  }

  @Test
  void refusesToAdvertiseNothing() {
    assertThatThrownBy(() -> addresses(true, "192.168.0.1", "10.0.0.1"))
        .isInstanceOf(MediaAddressException.class)
        .hasMessageContaining("sluice.media.hide-private-addresses")
        .hasMessageContaining("192.168.0.1, 10.0.0.1");
  }

  @Test
  @Tag("C5")
  void keepsForWhomAnAddressIsWhenItFillsInThePort() {
    List<ClientNetwork> inside = List.of(new ClientNetwork(new byte[] {10, 0, 0, 0}, 8));
    Candidate inner = new Candidate("10.0.0.5", 0, false, inside);
    Candidate outer = new Candidate("203.0.113.7", 443, false);

    assertThat(addresses(false, List.of(inner, outer)))
        .containsExactly(new Candidate("10.0.0.5", 10_000, false, inside), outer);
  }

  @Test
  @Tag("C5")
  void refusesToLeaveNothingForThoseOfNoNetwork() {
    Candidate restricted =
        new Candidate(
            "203.0.113.7",
            0,
            false,
            List.of(new ClientNetwork(new byte[] {(byte) 198, 51, 100, 0}, 24)));
    Candidate hidden = new Candidate("10.0.0.5", 0, false);

    assertThatThrownBy(() -> addresses(true, List.of(restricted, hidden)))
        .isInstanceOf(MediaAddressException.class);
  }

  @Test
  @Tag("C11")
  void putsThePreferredFamilyOfTheMachineFirst() {
    List<InetAddress> machine =
        Stream.of("192.0.2.1", "2001:db8::1", "192.0.2.2", "2001:db8::2")
            .map(InetAddress::ofLiteral)
            .toList();

    assertThat(AdvertisedAddresses.inOrder(machine.stream(), false))
        .containsExactly(machine.get(0), machine.get(2), machine.get(1), machine.get(3));
    assertThat(AdvertisedAddresses.inOrder(machine.stream(), true))
        .containsExactly(machine.get(1), machine.get(3), machine.get(0), machine.get(2));
  }

  @Test
  @Tag("C11")
  void keepsTheOrderOfConfiguredAddressesInTheAnswer() {
    assertThat(addresses(false, "2001:db8::1", "192.0.2.1"))
        .extracting(Candidate::address)
        .containsExactly("2001:db8::1", "192.0.2.1");
    assertThat(addresses(false, "192.0.2.1", "2001:db8::1"))
        .extracting(Candidate::address)
        .containsExactly("192.0.2.1", "2001:db8::1");
  }

  @Test
  @Tag("C2")
  void namesTheForwardedPortForTcpWhenBothHaveOneNumber() {
    List<Candidate> udp =
        List.of(
            new Candidate("192.0.2.1", 30_478, false), new Candidate("2001:db8::1", 10_000, false));

    assertThat(TcpCandidates.append(udp, 10_000, 10_000))
        .containsExactly(
            udp.get(0),
            udp.get(1),
            new Candidate("192.0.2.1", 30_478, true),
            new Candidate("2001:db8::1", 10_000, true));
    assertThat(TcpCandidates.append(udp, 10_000, 443))
        .containsExactly(
            udp.get(0),
            udp.get(1),
            new Candidate("192.0.2.1", 443, true),
            new Candidate("2001:db8::1", 443, true));
  }
}

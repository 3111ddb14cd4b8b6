package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.sdp.LocalTransport.Candidate;
import dev.sluice.transport.udp.UdpBackend;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From which address answers leave on a machine with several. */
class LocalAddressesTest extends NodeFixture {
  private static final InetSocketAddress ANY_IPV4 =
      new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 4000);
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.ofLiteral("::"), 4000);

  @Test
  void takesOneAddressAsItIs() {
    InetSocketAddress one = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4000);
    assertThat(LocalAddresses.of(one, true)).containsExactly(one);
  }

  @Test
  void bindsTheWildcardFirstAndThenEachAddressOfTheMachine() {
    assertThat(LocalAddresses.of(ANY_IPV4, true))
        .startsWith(ANY_IPV4)
        .contains(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4000))
        .doesNotHaveDuplicates()
        .allSatisfy(address -> assertThat(address.getAddress()).isInstanceOf(Inet4Address.class));
    assertThat(LocalAddresses.of(ANY, true))
        .startsWith(ANY)
        .contains(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4000))
        .hasSizeLessThanOrEqualTo(16)
        .noneMatch(address -> address.getAddress().isLinkLocalAddress());
  }

  @Test
  void bindsTheWildcardAloneWhereSocketsCannotShareAPort() {
    assertThat(LocalAddresses.of(ANY, false)).containsExactly(ANY);
  }

  /** By the route back, the kernel would answer 127.0.0.1 from 127.0.0.1, whatever it had asked. */
  @ParameterizedTest
  @EnumSource(UdpBackend.class)
  void answersAndSendsMediaFromTheAddressThatWasAsked(UdpBackend backend) throws SocketException {
    Optional<InetAddress> other =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
            .findFirst();
    assumeTrue(other.isPresent(), "this machine has no address but loopback");
    InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);
    SfuNode node = node(config(ThreadingMode.DEDICATED, 3, any), backend, null);
    InetSocketAddress asked = new InetSocketAddress(other.get(), node.mediaPort());
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    for (int i = 0; i < 6; i++) {
      TestPeer alice = connected(node, "room " + i, "alice");
      TestPeer bob = peer(node, "room " + i, "bob");
      TestWire.Udp wire = (TestWire.Udp) TestWire.udp(loopback, asked, bob::handle);
      bob.use(wire).close();
      bob.enter().check();
      until("answered", () -> !bob.checkResponses.isEmpty());
      assertThat(wire.sender()).as("the answer to the check").isEqualTo(asked);
      bob.connectWithoutHandshake();
      until("keys are there", () -> bob.events.contains(new RoomEvent.MediaStateChanged(true)));

      alice.sendMedia(1, "hello");
      until("it came", () -> bob.received.contains("hello"));
      assertThat(wire.sender()).as("media").isEqualTo(asked);
    }
    assertThat(node.candidates())
        .contains(new Candidate(other.get().getHostAddress(), node.mediaPort(), false));
  }
}

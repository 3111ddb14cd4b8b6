package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.room.Room;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.sdp.RemoteTransport;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.transport.tcp.TcpConnection;
import dev.sluice.transport.tcp.TcpReceiver;
import dev.sluice.transport.udp.UdpRemote;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where media goes after which connectivity checks. */
@Tag("C8")
class PathMigrationTest {
  // Near the end of the range: the clock of a JVM may wrap.
  private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(2);

  private final AddressTable addresses = new AddressTable(2);
  private final UdpPath oldPath = path(0, 1);
  private final UdpPath newPath = path(0, 2);
  private final PeerEndpoint endpoint =
      new PeerEndpoint(
          new PeerKey(new RoomId("room"), new ParticipantId("P-ada")),
          new MediaWorker(
              0,
              new NoRooms(),
              (worker, now) -> {},
              new NoIngress(),
              NodeSeams.REAL,
              SrtpCiphers.jdk(),
              null),
          _ -> null,
          _ ->
              new LocalTransport(
                  "ufrag", "pwd", new RemoteTransport.Fingerprint("sha-256", ""), List.of()),
          START);

  private UdpPath path(int socket, int port) {
    return new UdpPath(
        addresses,
        socket,
        UdpRemote.of(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), port)));
  }

  private void check(PeerPath from, boolean nominated, double seconds) {
    endpoint.handleCheck(from, nominated, START + (long) (seconds * 1e9));
  }

  @Test
  void sendsToTheFirstAddressUntilAnotherIsNominated() {
    check(oldPath, false, 0);
    assertThat(endpoint.path()).isEqualTo(oldPath);
    check(newPath, false, 0.1);
    assertThat(endpoint.path()).isEqualTo(oldPath);
    check(newPath, true, 0.2);
    assertThat(endpoint.path()).isEqualTo(newPath);
  }

  @Test
  void followsAClientThatNominatesWithEveryCheckAtOnce() {
    check(oldPath, true, 0);
    check(oldPath, true, 2.5);
    check(newPath, true, 2.6);
    assertThat(endpoint.path()).isEqualTo(newPath);
    assertThat(newPath.peer()).isSameAs(endpoint);
    assertThat(oldPath.peer()).as("late packets still count").isSameAs(endpoint);
  }

  @Test
  void followsAClientThatNoLongerNominatesWhenItsOldAddressIsSilent() {
    check(oldPath, true, 0);
    check(oldPath, false, 5);
    check(newPath, false, 9);
    assertThat(endpoint.path()).isEqualTo(newPath);
  }

  @Test
  void staysOnAPathThatIsCheckedWhileOthersAreKeptInReserve() {
    check(oldPath, true, 0);
    for (double t = 0; t < 60; t += 2.5) {
      check(oldPath, false, t);
      check(newPath, false, t + 2.4);
      assertThat(endpoint.path()).as("after %s s", t).isEqualTo(oldPath);
    }
  }

  @Test
  void comesBackToANominatedAddressAfterAWrongMove() {
    check(oldPath, true, 0);
    check(newPath, false, 4);
    assertThat(endpoint.path()).isEqualTo(newPath);
    check(oldPath, true, 4.5);
    assertThat(endpoint.path()).isEqualTo(oldPath);
  }

  @Test
  void neverForgetsTheAddressThatCarriesTheMedia() {
    check(oldPath, true, 0);
    for (int i = 0; i < 100; i++) {
      check(path(0, 100 + i), false, 1);
    }
    assertThat(endpoint.path()).isEqualTo(oldPath);
    assertThat(oldPath.peer()).isSameAs(endpoint);
    assertThat(addresses.size()).as("addresses of one peer").isEqualTo(8);
    assertThat(path(0, 199).peer()).as("the newest").isSameAs(endpoint);
    assertThat(path(0, 100).peer()).as("the oldest in reserve").isNull();
  }

  @Test
  void learnsNothingMoreOnceItIsClosed() {
    check(oldPath, true, 0);
    endpoint.close();
    check(newPath, true, 1);
    assertThat(addresses.size()).isZero();
  }

  @Test
  void tellsLocalAddressesApartForOneRemoteAddress() {
    UdpPath other = path(1, 1);
    check(oldPath, true, 0);
    assertThat(other.peer()).as("nothing has come on it").isNull();
    check(other, true, 1);
    assertThat(endpoint.path())
        .as("answers leave from the address that was asked")
        .isEqualTo(other);
    assertThat(oldPath.peer()).isSameAs(endpoint);
    oldPath.release(endpoint);
    assertThat(other.peer()).isSameAs(endpoint);
  }

  /** For a worker that never runs. */
  private static final class NoRooms implements RoomHost.Node {
    @Override
    public @Nullable Room newRoom(RoomId id, long nowNanos) {
      return null;
    }

    @Override
    public void roomConfigured(RoomId id, RoomSettings settings) {}

    @Override
    public void roomEnded(RoomId id) {}

    @Override
    public void participantGone(PeerKey key) {}
  }

  /** For a worker without sockets. */
  private static final class NoIngress implements MediaWorker.Ingress {
    @Override
    public void onDatagram(
        MediaWorker receivedBy, int socket, ByteBuf content, InetSocketAddress remote) {}

    @Override
    public TcpReceiver accept(MediaWorker acceptedBy, TcpConnection connection) {
      throw new AssertionError("no port is bound");
    }
  }
}

package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.PeerKey;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.room.Room;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.sdp.RemoteTransport;
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
  private static final InetSocketAddress OLD = address(1);
  private static final InetSocketAddress NEW = address(2);

  // Near the end of the range: the clock of a JVM may wrap.
  private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(2);

  private final AddressTable addresses = new AddressTable();
  private final PeerEndpoint endpoint =
      new PeerEndpoint(
          new PeerKey(new RoomId("room"), new ParticipantId("P-ada")),
          new MediaWorker(
              0,
              new NoRooms(),
              (worker, now) -> {},
              (worker, content, remote) -> {},
              NodeSeams.REAL,
              null),
          addresses,
          _ ->
              new LocalTransport(
                  "ufrag", "pwd", new RemoteTransport.Fingerprint("sha-256", ""), List.of()),
          START);

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), port);
  }

  private void check(InetSocketAddress from, boolean nominated, double seconds) {
    endpoint.handleCheck(from, nominated, START + (long) (seconds * 1e9));
  }

  @Test
  void sendsToTheFirstAddressUntilAnotherIsNominated() {
    check(OLD, false, 0);
    assertThat(endpoint.path()).isEqualTo(OLD);
    check(NEW, false, 0.1);
    assertThat(endpoint.path()).isEqualTo(OLD);
    check(NEW, true, 0.2);
    assertThat(endpoint.path()).isEqualTo(NEW);
  }

  @Test
  void followsAClientThatNominatesWithEveryCheckAtOnce() {
    check(OLD, true, 0);
    check(OLD, true, 2.5);
    check(NEW, true, 2.6);
    assertThat(endpoint.path()).isEqualTo(NEW);
    assertThat(addresses.find(NEW)).isSameAs(endpoint);
    assertThat(addresses.find(OLD)).as("late packets still count").isSameAs(endpoint);
  }

  @Test
  void followsAClientThatNoLongerNominatesWhenItsOldAddressIsSilent() {
    check(OLD, true, 0);
    check(OLD, false, 5);
    check(NEW, false, 9);
    assertThat(endpoint.path()).isEqualTo(NEW);
  }

  @Test
  void staysOnAPathThatIsCheckedWhileOthersAreKeptInReserve() {
    check(OLD, true, 0);
    for (double t = 0; t < 60; t += 2.5) {
      check(OLD, false, t);
      check(NEW, false, t + 2.4);
      assertThat(endpoint.path()).as("after %s s", t).isEqualTo(OLD);
    }
  }

  @Test
  void comesBackToANominatedAddressAfterAWrongMove() {
    check(OLD, true, 0);
    check(NEW, false, 4);
    assertThat(endpoint.path()).isEqualTo(NEW);
    check(OLD, true, 4.5);
    assertThat(endpoint.path()).isEqualTo(OLD);
  }

  @Test
  void neverForgetsTheAddressThatCarriesTheMedia() {
    check(OLD, true, 0);
    for (int i = 0; i < 100; i++) {
      check(address(100 + i), false, 1);
    }
    assertThat(endpoint.path()).isEqualTo(OLD);
    assertThat(addresses.find(OLD)).isSameAs(endpoint);
    assertThat(addresses.size()).as("addresses of one peer").isEqualTo(8);
    assertThat(addresses.find(address(199))).as("the newest").isSameAs(endpoint);
    assertThat(addresses.find(address(100))).as("the oldest in reserve").isNull();
  }

  @Test
  void learnsNothingMoreOnceItIsClosed() {
    check(OLD, true, 0);
    endpoint.close();
    check(NEW, true, 1);
    assertThat(addresses.size()).isZero();
  }

  /** For a worker that never runs. */
  private static final class NoRooms implements RoomHost.Node {
    @Override
    public @Nullable Room newRoom(RoomId id, @Nullable RoomSettings settings) {
      return null;
    }

    @Override
    public void roomEnded(RoomId id) {}

    @Override
    public void participantGone(PeerKey key) {}
  }
}

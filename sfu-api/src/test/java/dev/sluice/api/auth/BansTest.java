package dev.sluice.api.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.Standing;
import dev.sluice.core.media.RoomId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bans hold for as long as they should and no longer, and are bounded. */
@Tag("S6")
class BansTest {
  private static final RoomId ROOM = new RoomId("standup");
  private static final Administrator OPS = new Administrator("ops", AccessToken.ANY_ROOM, false);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
  private final Bans bans = new Bans(now::get);

  private static AccessToken token(String identity, String id) {
    return new AccessToken(identity, "", "*", Standing.of(Grants.ALL), false, false, id);
  }

  @Test
  void endByThemselves() {
    bans.add(Ban.Kind.IDENTITY, "eve", "standup", Duration.ofSeconds(60));
    now.updateAndGet(time -> time.plusSeconds(59));
    assertThat(bans.keepOut(ROOM, token("eve", ""))).isTrue();
    assertThat(bans.keepOut(new RoomId("retro"), token("eve", ""))).isFalse();
    now.updateAndGet(time -> time.plusSeconds(1));
    assertThat(bans.keepOut(ROOM, token("eve", ""))).isFalse();
    assertThat(bans.all(OPS)).isEmpty();
  }

  @Test
  void anIdentityIsNoTokenAndTheOtherWayRound() {
    bans.add(Ban.Kind.TOKEN, "eve", AccessToken.ANY_ROOM, Duration.ofSeconds(60));
    assertThat(bans.keepOut(ROOM, token("eve", "other"))).isFalse();
    assertThat(bans.keepOut(ROOM, token("bob", "eve"))).isTrue();
    assertThat(bans.keepOut(ROOM, token("bob", ""))).isFalse();
  }

  @Test
  void keepsNoMoreThanItMay() {
    for (int i = 0; i <= Bans.MAX_BANS; i++) {
      bans.add(Ban.Kind.IDENTITY, "p" + i, "standup", Duration.ofSeconds(60));
    }
    assertThat(bans.all(OPS)).hasSize(Bans.MAX_BANS);
    assertThat(bans.keepOut(ROOM, token("p0", ""))).as("the first one makes room").isFalse();
    assertThat(bans.keepOut(ROOM, token("p1", ""))).isTrue();
  }
}

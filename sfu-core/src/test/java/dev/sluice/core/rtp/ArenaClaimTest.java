package dev.sluice.core.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What may be written over, and how a reader learns of it. */
class ArenaClaimTest {
  private static final int ARENA = 1000;

  private final ArenaClaim claim = new ArenaClaim(ARENA);

  @Test
  void whatWasWrittenIsThereUntilItsPlaceIsGivenAwayAgain() {
    claim.claim(300);
    long position = claim.position(200);
    assertThat(position).isEqualTo(200);
    claim.claim(ARENA + 200);
    assertThat(claim.isIntact(position)).isTrue();
    claim.claim(ARENA + 201);
    assertThat(claim.isIntact(position)).isFalse();
  }

  @Test
  void anOffsetIsTheNewestPositionThatItCanBe() {
    claim.claim(7 * ARENA + 300);
    assertThat(claim.position(299)).isEqualTo(7 * ARENA + 299);
    assertThat(claim.position(0)).isEqualTo(7 * ARENA);
    assertThat(claim.position(300)).isEqualTo(6 * ARENA + 300);
    assertThat(claim.position(999)).isEqualTo(6 * ARENA + 999);
  }

  @Test
  void atTheEndOfTheArenaThePlaceBehindItIsTheFirstOfTheNextRound() {
    claim.claim(2 * ARENA);
    assertThat(claim.position(0)).isEqualTo(ARENA);
    assertThat(claim.position(999)).isEqualTo(2 * ARENA - 1);
    assertThat(claim.isIntact(ARENA)).isTrue();
    assertThat(claim.isIntact(ARENA - 1)).isFalse();
  }
}

package dev.sluice.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S3")
class RetransmissionBudgetTest {
  @Test
  void sendsNoMoreAgainThanItsShareOfWhatWasSent() {
    RetransmissionBudget budget = new RetransmissionBudget(50);
    long sent = 0;
    long again = 0;
    for (int packet = 0; packet < 10_000; packet++) {
      budget.earn(1200);
      sent += 1200;
      // A subscriber that asks ten times for everything.
      for (int i = 0; i < 10; i++) {
        again += budget.trySpend(1200) ? 1200 : 0;
      }
    }
    assertThat(again)
        .isLessThanOrEqualTo(sent / 2 + RetransmissionBudget.INITIAL_BYTES)
        .isGreaterThan(sent / 2 - 1200);
  }

  @Test
  void doesNotSaveUpWithoutBound() {
    RetransmissionBudget budget = new RetransmissionBudget(50);
    for (int packet = 0; packet < 10_000; packet++) {
      budget.earn(1200);
    }
    int again = 0;
    while (budget.trySpend(1000)) {
      again += 1000;
    }
    assertThat(again)
        .isBetween(RetransmissionBudget.MAX_BYTES - 1000, RetransmissionBudget.MAX_BYTES);
  }

  @Test
  void repairsTheFirstPicture() {
    assertThat(new RetransmissionBudget(0).trySpend(RetransmissionBudget.INITIAL_BYTES)).isTrue();
    assertThat(new RetransmissionBudget(0).trySpend(RetransmissionBudget.INITIAL_BYTES + 1))
        .isFalse();
  }

  @Test
  void spendsNothingOnWhatItRefuses() {
    RetransmissionBudget budget = new RetransmissionBudget(0);
    assertThat(budget.trySpend(RetransmissionBudget.INITIAL_BYTES + 1)).isFalse();
    assertThat(budget.trySpend(RetransmissionBudget.INITIAL_BYTES)).isTrue();
    assertThat(budget.trySpend(1)).isFalse();
  }
}

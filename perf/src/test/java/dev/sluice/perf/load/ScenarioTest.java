package dev.sluice.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "broadcast:100@2500",
        "simulcast:20@2000",
        "meeting:10@2500",
        "audio:30",
        "rooms:200x3@500",
        "churn:50@1000",
        "idle:5000"
      })
  void isWrittenAsItIsRead(String text) {
    assertThat(Scenario.parse(text).title()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "broadcast", "party:10", "broadcast:0", "audio:-1", "meeting:10@0"})
  void whatIsNoneIsRefusedWithTheUsage(String text) {
    assertThatThrownBy(() -> Scenario.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBroadcastHasOnePublisherWhoWatchesNothing() {
    assertThat(Scenario.parse("broadcast:3").seats())
        .hasSize(4)
        .filteredOn(Scenario.Seat::publishes)
        .singleElement()
        .satisfies(seat -> assertThat(seat.offer().videoSlots()).isZero());
  }

  @Test
  void inAMeetingEveryoneHasASlotForEachOther() {
    assertThat(Scenario.parse("meeting:10").seats())
        .hasSize(10)
        .allSatisfy(seat -> assertThat(seat.offer().videoSlots()).isEqualTo(9));
    assertThat(Scenario.parse("rooms:5x3").seats().stream().map(Scenario.Seat::room).distinct())
        .containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void unknownOptionsAreRefused() {
    assertThatThrownBy(() -> LoadOptions.parse("--windw", "3")).hasMessageContaining("--windw");
    assertThatThrownBy(() -> LoadOptions.parse("--window")).hasMessageContaining("--window");
    assertThat(LoadOptions.parse("--window", "3", "--no-reference").windowSeconds()).isEqualTo(3);
  }
}

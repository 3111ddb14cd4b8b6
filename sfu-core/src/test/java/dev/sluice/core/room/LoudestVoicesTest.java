package dev.sluice.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.testkit.Conference;
import dev.sluice.core.testkit.PeerPlan;
import dev.sluice.core.testkit.ReceivedStream;
import dev.sluice.core.testkit.SimulatedPeer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thirty people talk in scripted spurts, up to three at a time, over others' noise; listeners have
 * three audio slots. A talker's level goes up and down, with gaps between the words.
 */
@Tag("R10")
class LoudestVoicesTest {
  private static final int TALKERS = 30;
  private static final int SLOTS = 3;
  private static final int WINDOW_MILLIS = 20;
  private static final int WINDOWS = 1500;
  private static final int EXCLUDED_WINDOWS = 100 / WINDOW_MILLIS;

  /** One of three who may talk at a time: who it is, how loudly, and until which window. */
  private static final class Floor {
    private int talker = -1;
    private int levelMinusDbov;
    private int until;
    private int words;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void theRightThreeAreHeardAndTheCsrcSaysWhoTheyAre(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Conference conference = new Conference(seed);
    List<SimulatedPeer> talkers = new ArrayList<>();
    for (int i = 0; i < TALKERS; i++) {
      talkers.add(conference.join(PeerPlan.publishing("t" + i).audioOnly()));
    }
    SimulatedPeer listener =
        conference.join(PeerPlan.watching("listener", 0).withSlots(SLOTS, 0), new SlotCounts(3, 0));
    long startNanos = conference.nowNanos();
    List<Set<Integer>> script = new ArrayList<>();
    List<Floor> floors = List.of(new Floor(), new Floor(), new Floor());
    for (int window = 0; window < WINDOWS; window++) {
      script.add(next(floors, window, random));
      setLevels(talkers, floors, random);
      conference.runMillis(WINDOW_MILLIS);
    }
    conference.runMillis(100);

    List<Set<Integer>> heard = heardBy(listener, startNanos);
    int judged = 0;
    int right = 0;
    for (int window = EXCLUDED_WINDOWS; window < WINDOWS - EXCLUDED_WINDOWS; window++) {
      if (isSettled(script, window)) {
        judged++;
        right += heard.get(window).containsAll(script.get(window)) ? 1 : 0;
      }
    }
    assertThat(judged).as("seed " + seed).isGreaterThan(WINDOWS / 3);
    assertThat((double) right / judged).as("seed " + seed).isGreaterThan(0.95);

    int spurts = spurts(script);
    assertThat(spurts).as("seed " + seed).isGreaterThan(30);
    assertThat(listener.events(RoomEvent.SlotAssigned.class).size() - SLOTS)
        .as("seed " + seed + ": hardly more changes than there are spurts")
        .isLessThanOrEqualTo(spurts + spurts / 2);
    assertThat(listener.slots()).hasSize(SLOTS);
    for (ReceivedStream stream : listener.slots().values()) {
      assertThat(stream.discontinuities()).as("seed " + seed).isEmpty();
      assertThat(stream.missing()).as("seed " + seed).isZero();
    }
  }

  /** Who talks in the next window. */
  private static Set<Integer> next(List<Floor> floors, int window, SplittableRandom random) {
    Set<Integer> talking = new HashSet<>();
    floors.forEach(floor -> talking.add(floor.talker));
    for (Floor floor : floors) {
      if (window >= floor.until) {
        talking.remove(floor.talker);
        boolean takesOver = random.nextInt(4) > 0;
        int next = random.nextInt(TALKERS);
        while (talking.contains(next) || next == floor.talker) {
          next = random.nextInt(TALKERS);
        }
        floor.talker = takesOver ? next : -1;
        floor.levelMinusDbov = random.nextInt(20, 36);
        floor.until = window + random.nextInt(takesOver ? 50 : 10, takesOver ? 200 : 40);
        talking.add(floor.talker);
      }
    }
    talking.remove(-1);
    return talking;
  }

  private static void setLevels(
      List<SimulatedPeer> talkers, List<Floor> floors, SplittableRandom random) {
    for (SimulatedPeer talker : talkers) {
      talker.audio().setLevel(random.nextInt(4) == 0 ? 127 : random.nextInt(56, 80));
    }
    for (Floor floor : floors) {
      if (floor.talker >= 0) {
        // Words of some 400 ms, with 100 ms between them.
        boolean gap = ++floor.words % 25 > 20;
        int level = gap ? 62 : floor.levelMinusDbov + random.nextInt(-4, 5);
        talkers.get(floor.talker).audio().setLevel(level);
      }
    }
  }

  private static boolean isSettled(List<Set<Integer>> script, int window) {
    for (int i = window - EXCLUDED_WINDOWS; i <= window + EXCLUDED_WINDOWS; i++) {
      if (!script.get(i).equals(script.get(window))) {
        return false;
      }
    }
    return true;
  }

  private static int spurts(List<Set<Integer>> script) {
    int spurts = 0;
    for (int i = 1; i < script.size(); i++) {
      Set<Integer> begun = new HashSet<>(script.get(i));
      begun.removeAll(script.get(i - 1));
      spurts += begun.size();
    }
    return spurts;
  }

  /** Whom the listener heard in each window, by the CSRC of what was captured in it. */
  private static List<Set<Integer>> heardBy(SimulatedPeer listener, long startNanos) {
    Map<Integer, Integer> talkerOfCsrc = new HashMap<>();
    for (RoomEvent.SlotAssigned event : listener.events(RoomEvent.SlotAssigned.class)) {
      if (event.track() != null) {
        ParticipantId talker = event.track().participant();
        talkerOfCsrc.put((int) event.track().csrc(), Integer.parseInt(talker.value().substring(1)));
      }
    }
    List<Set<Integer>> heard = new ArrayList<>();
    for (int window = 0; window < WINDOWS; window++) {
      heard.add(new HashSet<>());
    }
    for (ReceivedStream stream : listener.slots().values()) {
      for (ReceivedStream.Packet packet : stream.packets()) {
        long window = (packet.captureNanos() - startNanos) / (WINDOW_MILLIS * 1_000_000L);
        Integer talker = talkerOfCsrc.get(packet.csrc());
        if (window >= 0 && window < WINDOWS && talker != null) {
          heard.get((int) window).add(talker);
        }
      }
    }
    return heard;
  }
}

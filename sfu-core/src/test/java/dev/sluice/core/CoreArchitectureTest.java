package dev.sluice.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.sluice.core.testkit.ArchitectureRules;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The order of the packages, and that the core does nothing by itself. */
class CoreArchitectureTest {
  private static final String WRONG = "dev.sluice.core.wrongarrows";
  private static final List<Set<String>> ROWS =
      List.of(
          Set.of("room"),
          Set.of("peer"),
          Set.of("selection"),
          Set.of("bandwidth"),
          Set.of("egress", "ingress"),
          Set.of("control"),
          Set.of("sdp"),
          Set.of("srtp"),
          Set.of("codec"),
          Set.of("rtcp"),
          Set.of("rtp"),
          Set.of("media", "time"));

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.core");
  private static final JavaClasses CORE_AND_TESTS =
      new ClassFileImporter().importPackages("dev.sluice.core");
  private static final JavaClasses FAULTY = new ClassFileImporter().importPackages(WRONG);

  @Test
  void packagesDependOnlyOnThoseBelow() {
    ArchitectureRules.arrowsPointDown("dev.sluice.core", ROWS).check(CORE);
  }

  @Test
  void arrowsUpAndSidewaysAreFound() {
    List<String> faults = faults(ArchitectureRules.arrowsPointDown(WRONG, ROWS));
    assertThat(faults).anyMatch(fault -> fault.contains("rtp.LooksUp"));
    assertThat(faults).anyMatch(fault -> fault.contains("egress.LooksAside"));
    assertThat(faults).anyMatch(fault -> fault.contains("stray.InNoLayer"));
    assertThat(faults).noneMatch(fault -> fault.contains("Class <" + WRONG + ".room.Top>"));
  }

  @Test
  void theCoreDoesNothingByItself() {
    ArchitectureRules.doesNothingByItself("dev.sluice.core..").check(CORE);
  }

  @Test
  void clocksThreadsAndSocketsAreFound() {
    List<String> faults = faults(ArchitectureRules.doesNothingByItself(WRONG + ".."));
    for (String method :
        List.of("readsClock", "readsWallClock", "startsThread", "opensSocket", "drawsNumber")) {
      assertThat(faults).as(method).anyMatch(fault -> fault.contains(method));
    }
  }

  @Test
  void onlyControlKnowsConcurrency() {
    ArchitectureRules.isSingleThreaded("dev.sluice.core..", "dev.sluice.core.control").check(CORE);
  }

  @Test
  void locksAreFoundOutsideOfControlAndAllowedInIt() {
    List<String> faults =
        faults(ArchitectureRules.isSingleThreaded(WRONG + "..", WRONG + ".control"));
    assertThat(faults).anyMatch(fault -> fault.contains("rtp.LooksUp"));
    assertThat(faults).noneMatch(fault -> fault.contains("control.Port"));
  }

  @Test
  void whatALaneRunsKnowsNothingOfWhatTheRoomOwns() {
    for (String lane : List.of("LaneWorker", "EgressLane")) {
      ownsNothingOfTheRoom(lane).check(CORE);
    }
  }

  @Test
  void whoKnowsTheRoomsStateIsFound() {
    assertThat(ownsNothingOfTheRoom("PeerEgress").evaluate(CORE).hasViolation()).isTrue();
    assertThat(ownsNothingOfTheRoom("PeerSession").evaluate(CORE).hasViolation()).isTrue();
  }

  /** A lane runs on another thread: it has what an order brings, and its own. */
  private static ArchRule ownsNothingOfTheRoom(String type) {
    return noClasses()
        .that()
        .haveFullyQualifiedName("dev.sluice.core.peer." + type)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..ingress..", "..selection..", "..bandwidth..", "..room..")
        .orShould()
        .dependOnClassesThat()
        .haveSimpleNameEndingWith("Session")
        .orShould()
        .dependOnClassesThat()
        .haveSimpleNameEndingWith("Slot");
  }

  @Test
  void noTestSleeps() {
    JavaClasses checked =
        CORE_AND_TESTS.that(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "are no faults on purpose", type -> !type.getPackageName().startsWith(WRONG)));
    ArchitectureRules.neverSleeps("dev.sluice..").check(checked);
  }

  @Test
  void aSleepIsFound() {
    assertThat(faults(ArchitectureRules.neverSleeps(WRONG + "..")))
        .anyMatch(fault -> fault.contains("sleeps"));
  }

  private static List<String> faults(ArchRule rule) {
    return rule.evaluate(FAULTY).getFailureReport().getDetails();
  }
}

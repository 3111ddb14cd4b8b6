package dev.sluice.transport;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The arrows inside the transport: the pipeline knows udp, tcp, ice and dtls; these four know
 * neither it nor each other. Each rule is shown to be able to fail.
 */
class TransportArchitectureTest {
  private static final JavaClasses TRANSPORT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.transport");
  private static final JavaClasses WRONG =
      new ClassFileImporter().importPackages("dev.sluice.transport.wrongarrows");

  /** Every package has to be in the list: a new one is a decision. */
  private static final ArchRule ARROWS =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.sluice.transport..")
          .layer("pipeline")
          .definedBy("..pipeline")
          .layer("udp")
          .definedBy("..udp")
          .layer("ice")
          .definedBy("..ice")
          .layer("dtls")
          .definedBy("..dtls")
          .layer("tcp")
          .definedBy("..tcp")
          .whereLayer("pipeline")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("udp")
          .mayOnlyBeAccessedByLayers("pipeline")
          .whereLayer("tcp")
          .mayOnlyBeAccessedByLayers("pipeline")
          .whereLayer("ice")
          .mayOnlyBeAccessedByLayers("pipeline")
          .whereLayer("dtls")
          .mayOnlyBeAccessedByLayers("pipeline")
          .ensureAllClassesAreContainedInArchitecture();

  private static final ArchRule LIBRARIES_STAY_BEHIND_THEIR_DOORS =
      noClasses()
          .that()
          .resideInAnyPackage("..ice", "..dtls")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..", "com.lmax..");

  private static final ArchRule ONLY_THE_PIPELINE_KNOWS_ROOMS =
      noClasses()
          .that()
          .resideInAnyPackage("..udp", "..tcp", "..ice", "..dtls")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.sluice.core.room", "dev.sluice.core.control");

  private static final ArchRule NOTHING_SLEEPS =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "onSpinWait");

  private static final ArchRule NO_WAY_TO_THE_API =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.sluice.api..", "dev.sluice.app..", "org.springframework..");

  static Stream<ArchRule> rules() {
    return Stream.of(
        ARROWS,
        LIBRARIES_STAY_BEHIND_THEIR_DOORS,
        ONLY_THE_PIPELINE_KNOWS_ROOMS,
        NOTHING_SLEEPS,
        NO_WAY_TO_THE_API);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(TRANSPORT);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void canFail(ArchRule rule) {
    assertThat(rule.evaluate(WRONG).hasViolation()).as(rule.getDescription()).isTrue();
  }

  @Test
  void findsTheLowerPackagesPointingUpAndSideways() {
    assertThat(ARROWS.evaluate(WRONG).getFailureReport().getDetails())
        .anyMatch(line -> line.contains("KnowsThePipeline") && line.contains("Worker"))
        .anyMatch(line -> line.contains("KnowsTheSocket") && line.contains("udp.Socket"));
  }
}

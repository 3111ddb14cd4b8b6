package dev.sluice.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.sluice.api.wrongarrows.KnowsTheEngine;
import dev.sluice.core.wrongarrows.KnowsTheSignalling;
import dev.sluice.transport.wrongarrows.KnowsTheApplication;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The arrows between the modules, over the classes of all of them: the application knows the
 * signalling side and the transport, both know the core, and neither knows the other. Each rule is
 * shown to be able to fail.
 */
class ModuleArrowsTest {
  private static final JavaClasses SLUICE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice");
  private static final JavaClasses WRONG =
      new ClassFileImporter()
          .importPackages(
              "dev.sluice.core.wrongarrows",
              "dev.sluice.api.wrongarrows",
              "dev.sluice.transport.wrongarrows",
              "dev.sluice.app.wrongarrows");

  private static final ArchRule ARROWS =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.sluice..")
          .layer("sfu-core")
          .definedBy("dev.sluice.core..")
          .layer("sfu-transport")
          .definedBy("dev.sluice.transport..")
          .layer("sfu-api")
          .definedBy("dev.sluice.api..")
          .layer("sfu-bridge-app")
          .definedBy("dev.sluice.app..")
          .whereLayer("sfu-core")
          .mayNotAccessAnyLayer()
          .whereLayer("sfu-transport")
          .mayOnlyAccessLayers("sfu-core")
          .whereLayer("sfu-api")
          .mayOnlyAccessLayers("sfu-core")
          .whereLayer("sfu-bridge-app")
          .mayNotBeAccessedByAnyLayer()
          .ensureAllClassesAreContainedInArchitecture();

  /** What crosses is a value or a port. */
  private static final ArchRule API_SEES_THE_EDGE_OF_THE_CORE =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.api..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.sluice.core..")
                  .and(
                      resideOutsideOfPackages(
                          "dev.sluice.core.control",
                          "dev.sluice.core.media",
                          "dev.sluice.core.sdp")));

  private static final ArchRule FRAMEWORK_STAYS_OUT_OF_THE_MEDIA_PATH =
      noClasses()
          .that()
          .resideInAnyPackage("dev.sluice.core..", "dev.sluice.transport..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework..", "jakarta..", "io.micrometer..");

  private static final ArchRule LIBRARIES_STAY_OUT_OF_THE_CORE =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.core..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "dev.sluice.core..", "java..", "javax.crypto..", "org.jspecify.annotations..");

  static Stream<ArchRule> rules() {
    return Stream.of(
        ARROWS,
        API_SEES_THE_EDGE_OF_THE_CORE,
        FRAMEWORK_STAYS_OUT_OF_THE_MEDIA_PATH,
        LIBRARIES_STAY_OUT_OF_THE_CORE);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(SLUICE);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void canFail(ArchRule rule) {
    assertThat(rule.evaluate(WRONG).hasViolation()).as(rule.getDescription()).isTrue();
  }

  @Test
  void looksAtTheClassesOfEveryModule() {
    assertThat(
            Stream.of("core.room.Room", "transport.pipeline.SfuNode", "api.ws.", "app.Sluice")
                .filter(
                    part ->
                        SLUICE.stream()
                            .noneMatch(type -> type.getName().startsWith("dev.sluice." + part))))
        .as("parts that are missing")
        .isEmpty();
  }

  @Test
  void findsEachWrongArrow() {
    assertThat(ARROWS.evaluate(WRONG).getFailureReport().getDetails())
        .anyMatch(line -> line.contains(KnowsTheSignalling.class.getName()))
        .anyMatch(line -> line.contains(KnowsTheEngine.class.getName()))
        .anyMatch(line -> line.contains(KnowsTheApplication.class.getName()));
  }
}

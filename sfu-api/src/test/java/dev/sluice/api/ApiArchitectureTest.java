package dev.sluice.api;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.sluice.api.wrongarrows.session.KnowsTheSocket;
import org.junit.jupiter.api.Test;

/**
 * The arrows of docs: ws, rest → session → auth and the core. Each rule is shown to be able to
 * fail.
 */
class ApiArchitectureTest {
  private static final JavaClasses API =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice.api");
  private static final JavaClasses WRONG =
      new ClassFileImporter().importPackages("dev.sluice.api.wrongarrows");

  private static final ArchRule ARROWS =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.sluice.api..")
          .layer("ws")
          .definedBy("..ws")
          .layer("rest")
          .definedBy("..rest")
          .layer("session")
          .definedBy("..session")
          .layer("auth")
          .definedBy("..auth")
          .layer("webhook")
          .definedBy("..webhook")
          .withOptionalLayers(true)
          .whereLayer("ws")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("rest")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("session")
          .mayOnlyBeAccessedByLayers("ws", "rest")
          .whereLayer("auth")
          .mayOnlyBeAccessedByLayers("ws", "rest", "session")
          .whereLayer("webhook")
          .mayOnlyBeAccessedByLayers("rest");

  private static final ArchRule NO_SPRING_INSIDE =
      noClasses()
          .that()
          .resideInAnyPackage("..session", "..auth", "..webhook")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework..", "jakarta..", "org.apache..");

  private static final ArchRule ONLY_THE_CORES_EDGE =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.api..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.sluice.transport..", "dev.sluice.core..")
                  .and(
                      resideOutsideOfPackages(
                          "dev.sluice.core.control",
                          "dev.sluice.core.media",
                          "dev.sluice.core.sdp")));

  private static final ArchRule CLOCKS_COME_FROM_OUTSIDE =
      noClasses()
          .that()
          .resideInAnyPackage("..session", "..auth", "..webhook")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.time.Instant.class, "now");

  private static final ArchRule FINAL_UNLESS_SPRING_NEEDS_MORE =
      classes()
          .that()
          .resideInAnyPackage("..session", "..auth", "..webhook")
          .and()
          .areNotInterfaces()
          .and()
          .areTopLevelClasses()
          .should()
          .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);

  @Test
  void importsRunOneWay() {
    ARROWS.check(API);
  }

  @Test
  void whatIsNoEndpointKnowsNoFramework() {
    NO_SPRING_INSIDE.check(API);
  }

  @Test
  void reachesTheMediaSideOnlyThroughItsPort() {
    ONLY_THE_CORES_EDGE.check(API);
  }

  @Test
  void takesTimeFromOutside() {
    CLOCKS_COME_FROM_OUTSIDE.check(API);
  }

  @Test
  void classesAreFinal() {
    FINAL_UNLESS_SPRING_NEEDS_MORE.check(API);
  }

  @Test
  void eachRuleFindsAClassThatBreaksIt() {
    assertThat(KnowsTheSocket.class).isNotFinal();
    for (ArchRule rule :
        new ArchRule[] {
          ARROWS,
          NO_SPRING_INSIDE,
          ONLY_THE_CORES_EDGE,
          CLOCKS_COME_FROM_OUTSIDE,
          FINAL_UNLESS_SPRING_NEEDS_MORE
        }) {
      assertThat(rule.evaluate(WRONG).hasViolation()).as(rule.getDescription()).isTrue();
    }
  }
}

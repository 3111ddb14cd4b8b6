package dev.sluice.core.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import java.util.Set;

/** Rules about what may depend on what, for the architecture tests of every module. */
public final class ArchitectureRules {
  private static final Set<String> CLOCKS =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.lang.Math.random",
          "java.util.UUID.randomUUID");
  private static final Set<String> FORBIDDEN_TYPES =
      Set.of(
          "java.lang.Thread",
          "java.lang.Runtime",
          "java.lang.ThreadLocal",
          "java.time.Clock",
          "java.util.Random",
          "java.util.Timer",
          "java.security.SecureRandom",
          "java.util.concurrent.ThreadLocalRandom");
  private static final Set<String> HARMLESS_IO =
      Set.of("java.io.IOException", "java.io.UncheckedIOException", "java.io.Serializable");

  private ArchitectureRules() {}

  /**
   * Packages below {@code base} depend only on those of the rows after their own: each row is one
   * layer, and packages of one row do not see each other. A package that no row names is a fault.
   */
  public static ArchRule arrowsPointDown(String base, List<Set<String>> rows) {
    return ArchRuleDefinition.classes()
        .that()
        .resideInAPackage(base + "..")
        .should(
            new ArchCondition<JavaClass>("depend only on packages further down") {
              @Override
              public void check(JavaClass from, ConditionEvents events) {
                int row = row(base, rows, from);
                if (row < 0) {
                  events.add(SimpleConditionEvent.violated(from, from.getName() + " has no layer"));
                  return;
                }
                for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                  JavaClass to = dependency.getTargetClass();
                  boolean inside = to.getPackageName().startsWith(base + ".");
                  boolean same = to.getPackageName().equals(from.getPackageName());
                  if (inside && !same && row(base, rows, to) <= row) {
                    events.add(SimpleConditionEvent.violated(from, dependency.getDescription()));
                  }
                }
              }
            });
  }

  /** No I/O, thread, lock, clock or randomness of its own. */
  public static ArchRule doesNothingByItself(String packages) {
    return noClasses()
        .that()
        .resideInAPackage(packages)
        .should()
        .dependOnClassesThat(
            describe(
                "are I/O, threads, clocks or randomness",
                type ->
                    type.getPackageName().startsWith("java.net")
                        || type.getPackageName().startsWith("java.nio.channels")
                        || type.getPackageName().startsWith("java.nio.file")
                        || isIo(type)
                        || FORBIDDEN_TYPES.contains(type.getName())))
        .orShould()
        .callMethodWhere(callOf(CLOCKS));
  }

  /** No class of java.util.concurrent outside of some packages. */
  public static ArchRule isSingleThreaded(String packages, String... except) {
    return noClasses()
        .that()
        .resideInAPackage(packages)
        .and()
        .resideOutsideOfPackages(except)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.concurrent..");
  }

  /** Nothing sleeps: time is virtual, or there is something to wait for. */
  public static ArchRule neverSleeps(String packages) {
    return noClasses()
        .that()
        .resideInAPackage(packages)
        .should()
        .callMethodWhere(callOf(Set.of("java.lang.Thread.sleep")));
  }

  private static int row(String base, List<Set<String>> rows, JavaClass type) {
    String below = type.getPackageName().substring(base.length() + 1);
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).contains(below)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isIo(JavaClass type) {
    return type.getPackageName().equals("java.io") && !HARMLESS_IO.contains(type.getName());
  }

  private static DescribedPredicate<JavaClass> describe(
      String words, java.util.function.Predicate<JavaClass> predicate) {
    return DescribedPredicate.describe(words, predicate);
  }

  private static DescribedPredicate<JavaCall<?>> callOf(Set<String> methods) {
    return DescribedPredicate.describe(
        "calls one of " + methods,
        call -> methods.contains(call.getTargetOwner().getName() + "." + call.getName()));
  }
}

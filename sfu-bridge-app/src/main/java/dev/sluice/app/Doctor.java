package dev.sluice.app;

import java.io.PrintStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Finds the usual mistakes of a configuration and of the machine, and says how each is mended.
 * {@code --doctor} beside all other arguments has it look instead of starting the server; a running
 * server has the ones that can be found without disturbing it in its readiness.
 */
final class Doctor {
  static final String ARGUMENT = "--doctor";

  private final List<Examiner> examiners;

  Doctor(List<Examiner> examiners) {
    this.examiners = List.copyOf(examiners);
  }

  /** Looks at everything: binds the ports, and asks other servers. */
  static Doctor thorough() {
    return new Doctor(
        List.of(
            new KeyExaminer(),
            new ExposureExaminer(),
            new PortExaminer(),
            new AddressExaminer(true),
            new HostExaminer(),
            new IceServerExaminer(true),
            new ClockExaminer(InstantSource.system(), KernelClock::state),
            new OutboxExaminer()));
  }

  /** Looks at what can be seen beside a running server. */
  static Doctor discreet() {
    return new Doctor(
        List.of(
            new KeyExaminer(),
            new ExposureExaminer(),
            new AddressExaminer(false),
            new HostExaminer(),
            new IceServerExaminer(false),
            new ClockExaminer(InstantSource.system(), KernelClock::state),
            new OutboxExaminer()));
  }

  /** What is wrong, the worst first. */
  List<Finding> examine(SluiceProperties settings, Environment environment) {
    List<Finding> findings = new ArrayList<>();
    for (Examiner examiner : examiners) {
      findings.addAll(examiner.examine(settings, environment));
    }
    findings.sort(Comparator.comparing(Finding::severity));
    return findings;
  }

  /** Whether these arguments ask for it. */
  static boolean isAskedFor(String[] arguments) {
    return Arrays.asList(arguments).contains(ARGUMENT);
  }

  /**
   * Looks, and prints what it finds.
   *
   * @param arguments those of the server
   * @return 0 when nothing is so wrong that calls fail, else 1
   */
  static int run(String[] arguments, PrintStream out) {
    List<Finding> findings;
    try {
      ConfigurableEnvironment environment = environment(arguments);
      findings = thorough().examine(SettingsReader.read(environment).settings(), environment);
    } catch (ConfigurationException wrong) {
      findings =
          List.of(
              Finding.error("configuration", String.valueOf(wrong.getMessage()), wrong.action()));
    }
    print(findings, out);
    return findings.stream().anyMatch(each -> each.severity() == Finding.Severity.ERROR) ? 1 : 0;
  }

  private static void print(List<Finding> findings, PrintStream out) {
    for (Finding finding : findings) {
      out.printf(
          "%-7s %s%n        %s%n        Fix: %s%n%n",
          finding.severity(), finding.code(), finding.sentence(), finding.fix());
    }
    long errors =
        findings.stream().filter(each -> each.severity() == Finding.Severity.ERROR).count();
    out.printf("%d errors, %d warnings.%n", errors, findings.size() - errors);
  }

  /** As the start of the server reads it. */
  private static ConfigurableEnvironment environment(String[] arguments) {
    StandardEnvironment environment = new StandardEnvironment();
    String[] others =
        Arrays.stream(arguments).filter(each -> !each.equals(ARGUMENT)).toArray(String[]::new);
    environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(others));
    ConfigDataEnvironmentPostProcessor.applyTo(environment);
    new DevelopmentDefaults().postProcessEnvironment(environment, new SpringApplication());
    return environment;
  }
}

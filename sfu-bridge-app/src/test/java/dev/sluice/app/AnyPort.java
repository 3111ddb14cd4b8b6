package dev.sluice.app;

import java.util.stream.Stream;

/**
 * Any free HTTP port for a server under test. As an argument, because application.properties, which
 * names one, outweighs what a test gives as default.
 */
final class AnyPort {
  private static final String PORT = "--server.port=";

  private AnyPort() {}

  /** The arguments, and a free port where they name none. */
  static String[] with(String... arguments) {
    return Stream.of(arguments).anyMatch(argument -> argument.startsWith(PORT))
        ? arguments
        : Stream.concat(Stream.of(arguments), Stream.of(PORT + 0)).toArray(String[]::new);
  }
}

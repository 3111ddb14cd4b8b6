package dev.sluice.app;

/** A configuration that the server does not start with. The message is one sentence that helps. */
final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String action;

  ConfigurationException(String sentence, String action) {
    super(sentence);
    this.action = action;
  }

  /** What to do about it. */
  String action() {
    return action;
  }
}

package dev.sluice.app;

/**
 * A mistake that the {@link Doctor} has found.
 *
 * @param severity whether calls fail with it
 * @param code names it in logs and in health details; says nothing of addresses or keys
 * @param sentence what is wrong
 * @param fix what to do about it
 */
record Finding(Severity severity, String code, String sentence, String fix) {
  /** How bad it is. */
  enum Severity {
    /** Calls will fail, or strangers get in. */
    ERROR,
    /** Calls may fail for some, or are slower than they could be. */
    WARNING
  }

  static Finding error(String code, String sentence, String fix) {
    return new Finding(Severity.ERROR, code, sentence, fix);
  }

  static Finding warning(String code, String sentence, String fix) {
    return new Finding(Severity.WARNING, code, sentence, fix);
  }
}

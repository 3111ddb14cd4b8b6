package dev.sluice.api.session;

/** The WebSocket close codes that Sluice uses (RFC 6455 §7.4.1 and its registry). */
final class CloseCodes {
  static final int NORMAL = 1000;
  static final int GOING_AWAY = 1001;
  static final int POLICY_VIOLATION = 1008;
  static final int TRY_AGAIN_LATER = 1013;

  private CloseCodes() {}
}

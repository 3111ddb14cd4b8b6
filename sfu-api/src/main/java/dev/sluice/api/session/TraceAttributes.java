package dev.sluice.api.session;

import io.opentelemetry.api.common.AttributeKey;

/**
 * What Sluice's spans say beside the names of OpenTelemetry's conventions. None of them has a
 * token, a client's address or a session's id, for traces go to other machines.
 */
public final class TraceAttributes {
  /** The room's name. */
  public static final AttributeKey<String> ROOM = AttributeKey.stringKey("sluice.room");

  /** The participant's id, which is made up. */
  public static final AttributeKey<String> PARTICIPANT =
      AttributeKey.stringKey("sluice.participant");

  /** {@link #OK}, or the code of the error or problem that it was answered with. */
  public static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("sluice.outcome");

  /** The outcome of what was done, or handed over to be done. */
  public static final String OK = "ok";

  /** A wait for a room's worker. */
  public static final String WAIT_FOR_ROOM = "room";

  private TraceAttributes() {}
}

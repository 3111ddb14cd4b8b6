package dev.sluice.api.session;

/** A limit of the signalling side, as {@code sluice_limit_hits_total} names it. */
public enum Limit {
  /** Largest message of a WebSocket. */
  MESSAGE_SIZE,
  /** Messages of one WebSocket per second. */
  MESSAGE_RATE,
  /** Unreadable and excess messages of one WebSocket. */
  FAULTS,
  /** Offers of one participant per minute. */
  OFFER_RATE,
  /** Views of one participant per second. */
  VIEW_RATE,
  /** Candidates that follow one offer. */
  CANDIDATES,
  /** Characters, m-lines and candidates of an offer. */
  OFFER_SIZE,
  /** Tracks that one participant publishes. */
  TRACKS,
  /** Receive m-lines of one participant. */
  SLOTS,
  /** Messages that wait for a client that does not read. */
  OUTBOUND_QUEUE,
  /** Sessions of the server. */
  SESSIONS,
  /** WebSockets of the server. */
  CONNECTIONS,
  /** Participants of one room. */
  PARTICIPANTS,
  /** Those who publish in one room. */
  PUBLISHERS,
  /** Data messages of one participant per second. */
  DATA_RATE,
  /** Questions of one participant about its path, per second. */
  DOWNLINK_RATE,
  /** Requests of one client address per second. */
  REQUEST_RATE,
  /** Rooms of the server. */
  ROOMS,
  /** Joins while a media worker is overloaded. */
  LOAD;

  /** As it stands in a metric's tag. */
  public String wireName() {
    return WireNames.of(this);
  }
}

package dev.sluice.api.session;

import java.time.Duration;

/**
 * How much one client, and all of them together, may ask of the signalling side.
 *
 * @param traffic of one WebSocket
 * @param negotiation of one participant
 * @param capacity of the server and of each session's memory
 * @param timeouts of waiting
 */
public record SignallingLimits(
    Traffic traffic, Negotiation negotiation, Capacity capacity, Timeouts timeouts) {

  /** What a conference of ordinary size needs, with room to spare. */
  public static final SignallingLimits DEFAULTS =
      new SignallingLimits(
          new Traffic(256 * 1024, 50, 200, 20),
          new Negotiation(60, 30, 256, 64, 64 * 1024, 16, 64),
          new Capacity(10_000, 512, 1024 * 1024),
          new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(45), Duration.ofSeconds(5)));

  /**
   * Of one WebSocket.
   *
   * @param maxMessageBytes largest message, in UTF-8
   * @param messagesPerSecond that go on for long
   * @param messageBurst that may come at once
   * @param toleratedFaults how many unreadable or excess messages are answered before the socket is
   *     closed
   */
  public record Traffic(
      int maxMessageBytes, int messagesPerSecond, int messageBurst, int toleratedFaults) {}

  /**
   * Of one participant.
   *
   * @param offersPerMinute that go on for long
   * @param offerBurst that may come at once
   * @param maxCandidates in or after one offer
   * @param maxSections m-lines in an offer
   * @param maxHttpOfferBytes largest offer of WHIP and WHEP
   * @param maxTracks m-lines on which it sends
   * @param maxSlots m-lines on which it receives
   */
  public record Negotiation(
      int offersPerMinute,
      int offerBurst,
      int maxCandidates,
      int maxSections,
      int maxHttpOfferBytes,
      int maxTracks,
      int maxSlots) {}

  /**
   * Of the server.
   *
   * @param maxSessions WebSocket and HTTP sessions together; as many sockets may wait to join
   * @param bufferedMessages that wait for a slow client, and as many sent ones that wait for a
   *     resume
   * @param bufferedBytes of the sent ones, in characters
   */
  public record Capacity(int maxSessions, int bufferedMessages, int bufferedBytes) {}

  /**
   * Of waiting.
   *
   * @param resume how long a session without a socket is kept
   * @param silence how long a socket may say nothing
   * @param join how long a room may take to answer a join
   */
  public record Timeouts(Duration resume, Duration silence, Duration join) {}
}

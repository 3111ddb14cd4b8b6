package dev.sluice.core.media;

/**
 * Why a packet was not processed or not sent. Each early return on the packet path names one, and
 * each is a counter: what is lost inside the server can be explained.
 */
public enum DropReason {
  /** Shorter than its fixed header, or lengths that contradict each other. */
  MALFORMED,
  /** From an address that no authenticated connectivity check has validated. */
  UNKNOWN_ADDRESS,
  /** Before the DTLS handshake gave keys, and the early queue was full. */
  NO_KEYS,
  /** The SRTP or SRTCP authentication tag is wrong. */
  AUTHENTICATION_FAILED,
  /** An index the replay window has seen. */
  REPLAYED,
  /** An index older than the replay window. */
  TOO_OLD,
  /** The table of SSRCs of this peer is full. */
  TOO_MANY_STREAMS,
  /** An SSRC that belongs to no negotiated stream. */
  UNKNOWN_STREAM,
  /** A payload type that was not negotiated. */
  UNKNOWN_PAYLOAD_TYPE,
  /** Already in the history of its stream. */
  DUPLICATE,
  /** The receiver has no payload type for this codec. */
  CODEC_NOT_NEGOTIATED,
  /** The slot waits for a keyframe of its new source. */
  AWAITING_KEYFRAME,
  /** Of a spatial or temporal layer above what the slot is to show. */
  LAYER_NOT_WANTED,
  /** The slot's m-line is not yet confirmed by the client. */
  SLOT_NOT_ACTIVE,
  /** Asked for again, but no longer in the history. */
  NOT_IN_HISTORY,
  /** Asked for again too often or too fast. */
  RETRANSMISSION_LIMIT,
  /** This (key, SSRC, index) has been encrypted before. */
  INDEX_REUSED,
  /** The peer has no validated path or no keys. */
  NOT_CONNECTED,
  /** The outgoing buffer of this peer is full. */
  EGRESS_FULL,
  /** As many bytes wait for this TCP connection as may; its client reads too slowly. */
  TCP_QUEUE_FULL,
  /** The ring of the owning worker is full. */
  RING_FULL,
  /** Its payload was written over before the worker that sends for the owner had encrypted it. */
  OVERWRITTEN,
  /** Larger than a datagram that Sluice handles. */
  OVERSIZED,
  /** The first byte belongs to none of STUN, DTLS and RTP (RFC 7983). */
  UNKNOWN_PROTOCOL,
  /** More STUN than one source may send. */
  RATE_LIMITED,
  /** Nothing to do with it: padding only, or a track that is muted or unsubscribed. */
  NOT_WANTED
}

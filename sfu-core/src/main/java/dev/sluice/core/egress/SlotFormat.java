package dev.sluice.core.egress;

import dev.sluice.core.media.Codec;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import org.jspecify.annotations.Nullable;

/**
 * In which formats one slot can send: the codecs that its m-line has negotiated, and one clock for
 * life, because what it sent before would lie on another timeline. Remembers whether what it is to
 * show fits. Owner: the room's worker.
 */
final class SlotFormat {
  /** Says that there is no such payload type. */
  static final int NONE = -1;

  private NegotiatedSection section;
  private @Nullable CodecParameters lastParameters;
  private @Nullable NegotiatedCodec lastCodec;
  private int lastRedundantPayloadType = NONE;
  private int clockRateHz;
  private @Nullable Codec startedCodec;
  private boolean undecodable;
  private boolean changed;

  SlotFormat(NegotiatedSection section) {
    this.section = section;
  }

  NegotiatedSection section() {
    return section;
  }

  void renegotiate(NegotiatedSection newSection) {
    section = newSection;
    lastParameters = null;
  }

  /** The codec under which a format is sent, or null when the receiver or the clock forbids it. */
  @Nullable NegotiatedCodec codecFor(CodecParameters parameters) {
    if (clockRateHz != 0 && clockRateHz != parameters.clockRateHz()) {
      return null;
    }
    if (parameters.equals(lastParameters)) {
      return lastCodec;
    }
    NegotiatedCodec found = EgressSlot.codecFor(section, parameters);
    if (found != null) {
      lastParameters = parameters;
      lastCodec = found;
      lastRedundantPayloadType = redundantPayloadType(found.payloadType());
    }
    return found;
  }

  /**
   * The payload type under which the receiver takes redundant audio whose blocks are of the last
   * packets' format, or {@link #NONE}.
   */
  int redundantPayloadType() {
    return lastRedundantPayloadType;
  }

  /**
   * The blocks' payload types stand in the format parameters as in {@code 111/111} (RFC 2198 §5).
   */
  private int redundantPayloadType(int primary) {
    for (NegotiatedCodec codec : section.codecs()) {
      if (codec.parameters().codec() == Codec.RED
          && codec.parameters().formatParameters().keySet().stream()
              .anyMatch(blocks -> blocks.startsWith(primary + "/"))) {
        return codec.payloadType();
      }
    }
    return NONE;
  }

  /** The payload type of retransmissions of the last packets' format, or -1. */
  int rtxPayloadType() {
    return lastCodec == null ? -1 : lastCodec.rtxPayloadType();
  }

  /**
   * Whether the receiver asks for lost packets of that format, but has no payload type for them.
   */
  boolean repairsInPlace() {
    return lastCodec != null && lastCodec.nack() && lastCodec.rtxPayloadType() < 0;
  }

  /** A source begins with this clock, the first one or one that fits. */
  void start(CodecParameters parameters) {
    clockRateHz = parameters.clockRateHz();
    startedCodec = parameters.codec();
  }

  /**
   * The highest spatial layer that the receiver can put together of the source that has begun. The
   * payload of AV1 does not say to which layer a frame belongs: without the dependency descriptor a
   * picture must be one frame.
   */
  int maxSpatialId() {
    boolean told = section.sendExtensions().containsKey(HeaderExtension.DEPENDENCY_DESCRIPTOR);
    return startedCodec == Codec.AV1 && !told ? 0 : LayerFilter.ALL;
  }

  /** The RTP clock rate of all that is sent, 0 before the first packet. */
  int clockRateHz() {
    return clockRateHz;
  }

  /** Notes whether what the slot is to show can be sent. */
  void setDecodable(boolean decodable) {
    changed |= undecodable == decodable;
    undecodable = !decodable;
  }

  /** The slot is to show something else, of which nothing is known yet. */
  void forgetDecodability() {
    undecodable = false;
  }

  boolean undecodable() {
    return undecodable;
  }

  /** Whether {@link #undecodable} has changed by a packet since the last call. */
  boolean takeChange() {
    boolean was = changed;
    changed = false;
    return was;
  }
}

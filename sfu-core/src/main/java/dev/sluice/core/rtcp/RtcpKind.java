package dev.sluice.core.rtcp;

/**
 * The kinds of RTCP packets that Sluice reads. A packet has a kind only if its body fits its
 * length: after a switch over the kind, the flyweight of that kind may be used without another
 * check.
 */
public enum RtcpKind {
  /** {@link SenderReport}. */
  SENDER_REPORT,
  /** {@link ReceiverReport}. */
  RECEIVER_REPORT,
  /** Source description; Sluice writes it ({@link Sdes}) and has no use for the browser's. */
  SDES,
  /** {@link Bye}. */
  BYE,
  /** {@link Nack}. */
  NACK,
  /** {@link Pli}. */
  PLI,
  /** {@link Fir}. */
  FIR,
  /** {@link Remb}. */
  REMB,
  /** {@link TransportFeedbackReader}, which checks the body itself. */
  TRANSPORT_FEEDBACK,
  /** {@link CongestionFeedbackReader}, which checks the body itself. */
  CONGESTION_FEEDBACK,
  /** Not known to Sluice, or a body that contradicts its length. */
  UNKNOWN;

  /** The kind of the packet of {@code length} bytes, padding excluded, whose header is valid. */
  static RtcpKind of(byte[] buffer, int offset, int length) {
    return switch (RtcpHeader.packetType(buffer, offset)) {
      case RtcpHeader.SENDER_REPORT ->
          known(SenderReport.isValid(buffer, offset, length), SENDER_REPORT);
      case RtcpHeader.RECEIVER_REPORT ->
          known(ReceiverReport.isValid(buffer, offset, length), RECEIVER_REPORT);
      case RtcpHeader.SDES -> SDES;
      case RtcpHeader.BYE -> known(Bye.isValid(buffer, offset, length), BYE);
      case RtcpHeader.TRANSPORT_LAYER_FEEDBACK -> transportLayer(buffer, offset, length);
      case RtcpHeader.PAYLOAD_SPECIFIC_FEEDBACK -> payloadSpecific(buffer, offset, length);
      default -> UNKNOWN;
    };
  }

  private static RtcpKind transportLayer(byte[] buffer, int offset, int length) {
    return switch (RtcpHeader.count(buffer, offset)) {
      case Nack.FORMAT -> known(Nack.isValid(length), NACK);
      case TransportFeedbackReader.FORMAT ->
          known(length >= TransportFeedbackReader.FIXED_LENGTH, TRANSPORT_FEEDBACK);
      case CongestionFeedbackReader.FORMAT ->
          known(length >= CongestionFeedbackReader.MIN_LENGTH, CONGESTION_FEEDBACK);
      default -> UNKNOWN;
    };
  }

  private static RtcpKind payloadSpecific(byte[] buffer, int offset, int length) {
    return switch (RtcpHeader.count(buffer, offset)) {
      case Pli.FORMAT -> known(length >= Pli.LENGTH, PLI);
      case Fir.FORMAT -> known(Fir.isValid(length), FIR);
      case Remb.FORMAT -> known(Remb.isValid(buffer, offset, length), REMB);
      default -> UNKNOWN;
    };
  }

  private static RtcpKind known(boolean valid, RtcpKind kind) {
    return valid ? kind : UNKNOWN;
  }
}

package dev.sluice.core.sdp;

import dev.sluice.core.media.CodecParameters;

/**
 * A codec that both sides of one m-line agreed on.
 *
 * @param payloadType 0 to 127, as in the client's offer
 * @param parameters the format
 * @param rtxPayloadType payload type of its retransmissions (RFC 4588 {@code apt}), or -1
 * @param nack generic NACK (RFC 4585 §6.2.1) agreed
 * @param pli picture loss indication agreed
 * @param fir full intra request (RFC 5104) agreed
 * @param transportCc transport-wide feedback agreed
 * @param remb receiver-estimated maximum bitrate agreed
 */
public record NegotiatedCodec(
    int payloadType,
    CodecParameters parameters,
    int rtxPayloadType,
    boolean nack,
    boolean pli,
    boolean fir,
    boolean transportCc,
    boolean remb) {}

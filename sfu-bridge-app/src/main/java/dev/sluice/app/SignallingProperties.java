package dev.sluice.app;

import dev.sluice.api.session.SignallingLimits;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Signalling; see {@link SignallingLimits} for what each limit means.
 *
 * @param allowedOrigins pages that may open the WebSocket, as patterns; empty for the server's own
 *     pages in production mode and for all in development mode
 */
public record SignallingProperties(
    @DefaultValue("256KB") DataSize maxMessage,
    @DefaultValue("50") int messagesPerSecond,
    @DefaultValue("200") int messageBurst,
    @DefaultValue("20") int toleratedFaults,
    @DefaultValue("60") int offersPerMinute,
    @DefaultValue("30") int offerBurst,
    @DefaultValue("256") int maxCandidates,
    @DefaultValue("64") int maxSections,
    @DefaultValue("16") int maxTracks,
    @DefaultValue("64") int maxSlots,
    @DefaultValue("64KB") DataSize maxHttpOffer,
    @DefaultValue("10000") int maxSessions,
    @DefaultValue("512") int bufferedMessages,
    @DefaultValue("1MB") DataSize bufferedSize,
    @DefaultValue("20s") Duration resumeTimeout,
    @DefaultValue("45s") Duration silenceTimeout,
    @DefaultValue("5s") Duration joinTimeout,
    @DefaultValue List<String> allowedOrigins) {
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  public SignallingProperties {
    allowedOrigins = List.copyOf(allowedOrigins);
    SluiceProperties.requireBetween(
        "sluice.signalling.max-message", maxMessage.toBytes(), 1024, MAX_BYTES);
    SluiceProperties.requireBetween(
        "sluice.signalling.messages-per-second", messagesPerSecond, 1, 100_000);
    SluiceProperties.requireBetween("sluice.signalling.message-burst", messageBurst, 1, 100_000);
    SluiceProperties.requireBetween(
        "sluice.signalling.tolerated-faults", toleratedFaults, 0, 100_000);
    SluiceProperties.requireBetween(
        "sluice.signalling.offers-per-minute", offersPerMinute, 1, 100_000);
    SluiceProperties.requireBetween("sluice.signalling.offer-burst", offerBurst, 1, 100_000);
    SluiceProperties.requireBetween("sluice.signalling.max-candidates", maxCandidates, 1, 100_000);
    SluiceProperties.requireBetween("sluice.signalling.max-sections", maxSections, 1, 256);
    SluiceProperties.requireBetween("sluice.signalling.max-tracks", maxTracks, 1, 32);
    SluiceProperties.requireBetween("sluice.signalling.max-slots", maxSlots, 1, 256);
    SluiceProperties.requireBetween(
        "sluice.signalling.max-http-offer", maxHttpOffer.toBytes(), 1024, MAX_BYTES);
    SluiceProperties.requireBetween("sluice.signalling.max-sessions", maxSessions, 1, 1_000_000);
    SluiceProperties.requireBetween(
        "sluice.signalling.buffered-messages", bufferedMessages, 16, 100_000);
    SluiceProperties.requireBetween(
        "sluice.signalling.buffered-size", bufferedSize.toBytes(), 1024, MAX_BYTES);
    SluiceProperties.requirePositive("sluice.signalling.resume-timeout", resumeTimeout);
    SluiceProperties.requirePositive("sluice.signalling.silence-timeout", silenceTimeout);
    SluiceProperties.requirePositive("sluice.signalling.join-timeout", joinTimeout);
  }

  SignallingLimits toLimits() {
    return new SignallingLimits(
        new SignallingLimits.Traffic(
            (int) maxMessage.toBytes(), messagesPerSecond, messageBurst, toleratedFaults),
        new SignallingLimits.Negotiation(
            offersPerMinute,
            offerBurst,
            maxCandidates,
            maxSections,
            (int) maxHttpOffer.toBytes(),
            maxTracks,
            maxSlots),
        new SignallingLimits.Capacity(maxSessions, bufferedMessages, (int) bufferedSize.toBytes()),
        new SignallingLimits.Timeouts(resumeTimeout, silenceTimeout, joinTimeout));
  }
}

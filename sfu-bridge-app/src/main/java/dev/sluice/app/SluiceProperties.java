package dev.sluice.app;

import dev.sluice.api.auth.KeySetUrl;
import dev.sluice.api.auth.SigningKeys;
import dev.sluice.api.session.IceServer;
import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.Codec;
import dev.sluice.core.room.UpstreamSuspension;
import dev.sluice.core.srtp.CipherPreference;
import dev.sluice.core.srtp.SrtpProfile;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * All settings of Sluice, under {@code sluice.}. Immutable; wrong values stop the start with a
 * sentence.
 *
 * @param mode development or production
 * @param auth who may sign tokens
 * @param media the media port and its workers
 * @param iceServers STUN and TURN servers that clients are told of
 * @param signalling limits of the WebSocket and of WHIP and WHEP
 * @param rooms limits of rooms
 * @param http cross-origin use of the HTTP endpoints
 * @param https HTTPS in development mode
 * @param logging how much is logged
 * @param metrics of single rooms
 * @param capture of single participants' packets
 * @param webhooks who is told of what happens in rooms
 * @param tracing where traces of signalling go
 * @param development what only development mode may do
 */
@ConfigurationProperties(value = "sluice", ignoreUnknownFields = false)
public record SluiceProperties(
    @DefaultValue("production") Mode mode,
    @DefaultValue Auth auth,
    @DefaultValue Media media,
    @DefaultValue List<Ice> iceServers,
    @DefaultValue SignallingProperties signalling,
    @DefaultValue Rooms rooms,
    @DefaultValue Http http,
    @DefaultValue Https https,
    @DefaultValue LoggingProperties logging,
    @DefaultValue MetricsProperties metrics,
    @DefaultValue CaptureProperties capture,
    @DefaultValue WebhookProperties webhooks,
    @DefaultValue TracingProperties tracing,
    @DefaultValue Development development) {

  private static final int MAX_PORT = 65_535;

  public SluiceProperties {
    iceServers = List.copyOf(iceServers);
    if (mode == Mode.PRODUCTION && !auth.hasKeys()) {
      throw new ConfigurationException(
          "Production mode needs at least one key for access tokens, and sluice.auth.keys has"
              + " none.",
          "Set sluice.auth.keys.<id>=<secret of at least %d bytes>, sluice.auth.jwks-file or"
                  .formatted(SigningKeys.MIN_SECRET_BYTES)
              + " sluice.auth.jwks-url, or start with sluice.mode=development on your own"
              + " machine.");
    }
    if (mode == Mode.PRODUCTION && https.port() != null && https.port() != 0) {
      throw new ConfigurationException(
          "sluice.https.port is for development mode: its certificate is made up.",
          "Configure your own with spring.ssl.bundle and server.ssl.bundle; see docs/https.md.");
    }
    if (mode == Mode.PRODUCTION && development.plaintextCapture() != null) {
      throw new ConfigurationException(
          "sluice.development.plaintext-capture writes media without encryption, which production"
              + " mode does not do.",
          "Remove it, or start with sluice.mode=development.");
    }
  }

  /**
   * HTTPS with a certificate that the server makes for itself, in development mode only.
   *
   * @param port null for 8443 if that is free, 0 for no HTTPS
   * @param address the local address to listen on; others reach the server only when it is not a
   *     loopback address
   */
  public record Https(@Nullable Integer port, @DefaultValue("127.0.0.1") String address) {
    public Https {
      requireBetween("sluice.https.port", port == null ? 0 : port, 0, MAX_PORT);
      requireLiteral("sluice.https.address", address);
    }

    InetAddress bindAddress() {
      return InetAddress.ofLiteral(address);
    }
  }

  /** What the server is for. */
  public enum Mode {
    /** One's own machine: no token needed, HTTP on loopback. */
    DEVELOPMENT,
    /** Others use it. */
    PRODUCTION
  }

  /** Whether this is development mode. */
  public boolean isDevelopment() {
    return mode == Mode.DEVELOPMENT;
  }

  /**
   * Access tokens.
   *
   * @param keys key id to secret, at least 32 bytes each
   * @param jwksFile a file with a JSON Web Key Set, read again when it changes
   * @param jwksUrl where another server publishes one
   * @param jwksRefresh the age at which that one is fetched again
   * @param jwksStale how long a key set is used that cannot be read again
   * @param clockSkew how far the clocks of issuer and server may differ
   * @param audience what a token's {@code aud} must name; null for no matter what
   */
  public record Auth(
      @DefaultValue Map<String, String> keys,
      @Nullable String jwksFile,
      @Nullable URI jwksUrl,
      @DefaultValue("5m") Duration jwksRefresh,
      @DefaultValue("12h") Duration jwksStale,
      @DefaultValue("30s") Duration clockSkew,
      @Nullable String audience) {
    private static final long MAX_CLOCK_SKEW_SECONDS = 300;

    public Auth {
      requirePositive("sluice.auth.jwks-refresh", jwksRefresh);
      requirePositive("sluice.auth.jwks-stale", jwksStale);
      requireBetween(
          "sluice.auth.clock-skew (in seconds)", clockSkew.toSeconds(), 0, MAX_CLOCK_SKEW_SECONDS);
      if (jwksUrl != null && !KeySetUrl.isTrustworthy(jwksUrl)) {
        throw new ConfigurationException(
            "sluice.auth.jwks-url is no https: URL: who can change what it answers can issue"
                + " tokens.",
            "Write https://…, or http://127.0.0.1:… for a server on this machine.");
      }
      keys = Map.copyOf(keys);
      if (!keys.isEmpty()) {
        try {
          SigningKeys.of(keys);
        } catch (IllegalArgumentException e) {
          throw new ConfigurationException(
              "sluice.auth.keys cannot be used: " + e.getMessage(),
              "Make a secret with, for example, openssl rand -hex 32.");
        }
      }
    }

    /** Whether it names any key, or where there are some. */
    boolean hasKeys() {
      return !keys.isEmpty() || jwksFile != null || jwksUrl != null;
    }

    @Override
    public String toString() {
      return "Auth" + keys.keySet();
    }
  }

  /**
   * The media side.
   *
   * @param port by UDP; 0 for any free one
   * @param tcpPort for ICE-TCP; null for the number of {@code port}, 0 for no TCP
   * @param bindAddress the local address to listen on
   * @param advertisedAddresses where clients reach the port, in order of preference: addresses or
   *     host names, with or without a port and the networks that one is for; empty for automatic
   * @param workers media workers; 0 for automatic
   * @param subscribersPerWorker how many of one room a worker sends to before another one helps; 0
   *     for no bound
   * @param hidePrivateAddresses no answer names an address of a private network
   * @param maxHandshakes DTLS handshakes at a time; more wait their turn
   * @param stunPerSecond STUN messages of one source address before it has proved who it is
   * @param stunBurst of those at once
   * @param retransmissionPercent bytes sent again to one participant, as a share of those sent to
   *     it
   * @param congestionControl whether subscribers' paths are measured, paced and shared out
   * @param keyframeReplay how old a keyframe may be that is shown from the history; 0 for none
   * @param srtpProfiles SRTP protection profiles that may be negotiated, in order of preference
   * @param preferFamily which of the machine's own addresses answers name first
   * @param tcp limits of TCP connections
   * @param ciphers whose ciphers SRTP uses
   * @param forwardPlayoutDelay whether the playout delay that publishers wish reaches viewers
   * @param upstreamSuspension what publishers leave out while nobody receives it
   */
  public record Media(
      @DefaultValue("10000") int port,
      @Nullable Integer tcpPort,
      @DefaultValue("0.0.0.0") String bindAddress,
      @DefaultValue List<String> advertisedAddresses,
      @DefaultValue("0") int workers,
      @DefaultValue("300") int subscribersPerWorker,
      @DefaultValue("false") boolean hidePrivateAddresses,
      @DefaultValue("256") int maxHandshakes,
      @DefaultValue("400") int stunPerSecond,
      @DefaultValue("800") int stunBurst,
      @DefaultValue("50") int retransmissionPercent,
      @DefaultValue("true") boolean congestionControl,
      @DefaultValue("1s") Duration keyframeReplay,
      @DefaultValue({"AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES128_CM_HMAC_SHA1_80"})
          List<SrtpProfile> srtpProfiles,
      @DefaultValue("ipv4") Family preferFamily,
      @DefaultValue TcpProperties tcp,
      @DefaultValue("auto") CipherPreference ciphers,
      @DefaultValue("false") boolean forwardPlayoutDelay,
      @DefaultValue("layers") UpstreamSuspension upstreamSuspension) {
    public Media {
      advertisedAddresses = List.copyOf(advertisedAddresses);
      srtpProfiles = List.copyOf(srtpProfiles);
      requireBetween("sluice.media.port", port, 0, MAX_PORT);
      requireBetween("sluice.media.tcp-port", tcpPort == null ? 0 : tcpPort, 0, MAX_PORT);
      requireBetween("sluice.media.workers", workers, 0, 1024);
      requireBetween("sluice.media.subscribers-per-worker", subscribersPerWorker, 0, 100_000);
      requireLiteral("sluice.media.bind-address", bindAddress);
      requireBetween("sluice.media.max-handshakes", maxHandshakes, 1, 100_000);
      requireBetween("sluice.media.stun-per-second", stunPerSecond, 1, 1_000_000);
      requireBetween("sluice.media.stun-burst", stunBurst, 1, 1_000_000);
      requireBetween("sluice.media.retransmission-percent", retransmissionPercent, 0, 100);
      requireBetween("sluice.media.keyframe-replay", keyframeReplay.toMillis(), 0, 10_000);
      requireOneForEveryone(advertisedAddresses);
      requireDistinctProfiles(srtpProfiles);
    }

    private static void requireOneForEveryone(List<String> addresses) {
      if (!addresses.isEmpty()
          && addresses.stream()
              .map(AdvertisedAddress::parse)
              .noneMatch(address -> address.clients().isEmpty())) {
        throw new ConfigurationException(
            "Every entry of sluice.media.advertised-addresses is for certain networks, so that"
                + " other clients would get no address.",
            "Leave \"for\" and its networks away from at least one entry.");
      }
    }

    private static void requireDistinctProfiles(List<SrtpProfile> profiles) {
      if (profiles.isEmpty() || Set.copyOf(profiles).size() < profiles.size()) {
        throw new ConfigurationException(
            "sluice.media.srtp-profiles is empty, or names a profile twice.",
            "Write some of %s in order of preference, or leave it out for its default."
                .formatted(List.of(SrtpProfile.values())));
      }
    }

    /** The advertised addresses in order. */
    public List<AdvertisedAddress> advertised() {
      return advertisedAddresses.stream().map(AdvertisedAddress::parse).toList();
    }
  }

  /** A family of addresses. */
  public enum Family {
    /** RFC 791. */
    IPV4,
    /** RFC 8200. */
    IPV6
  }

  /**
   * A STUN or TURN server.
   *
   * @param urls {@code stun:}, {@code stuns:}, {@code turn:} or {@code turns:}
   * @param username for TURN
   * @param credential for TURN
   */
  public record Ice(
      @DefaultValue List<String> urls, @Nullable String username, @Nullable String credential) {
    public Ice {
      urls = List.copyOf(urls);
      if (urls.isEmpty()
          || !urls.stream().allMatch(url -> url.matches("(stun|turn)s?:[^\\s<>]+"))) {
        throw new ConfigurationException(
            "An entry of sluice.ice-servers has no urls, or one that is not a stun: or turn: URI.",
            "Write for example sluice.ice-servers[0].urls=stun:stun.example.org:3478.");
      }
    }

    /** As clients are told. */
    IceServer toIceServer() {
      return new IceServer(urls, username, credential);
    }

    @Override
    public String toString() {
      return "Ice" + urls;
    }
  }

  /**
   * Rooms.
   *
   * @param maxParticipants in one room
   * @param maxRooms on the server
   * @param codecs that may be negotiated where a room does not say otherwise; empty for all
   * @param flushDelay how long a video packet may wait for the rest of its frame where a room does
   *     not say otherwise
   */
  public record Rooms(
      @DefaultValue("100") int maxParticipants,
      @DefaultValue("1000") int maxRooms,
      @DefaultValue List<Codec> codecs,
      @DefaultValue("1ms") Duration flushDelay) {
    public Rooms {
      codecs = List.copyOf(codecs);
      requireBetween("sluice.rooms.max-participants", maxParticipants, 1, 100_000);
      requireBetween("sluice.rooms.max-rooms", maxRooms, 1, 100_000);
      requireBetween(
          "sluice.rooms.flush-delay",
          Math.ceilDiv(flushDelay.toNanos(), 1_000_000L),
          0,
          RoomSettings.MAX_FLUSH_DELAY_MILLIS);
    }

    /** How a room is set up that a join makes. */
    RoomSettings settings() {
      return new RoomSettings(maxParticipants, allowedCodecs(), 0)
          .withFlushDelay(flushDelay.toNanos());
    }

    Set<Codec> allowedCodecs() {
      return codecs.isEmpty() ? RoomSettings.defaultCodecs() : Set.copyOf(codecs);
    }
  }

  /**
   * The HTTP endpoints.
   *
   * @param allowedOrigins pages of other origins that may use WHIP, WHEP and the API, as patterns;
   *     all by default, for tokens travel in a header that such a page must set itself
   * @param requestsPerSecond of one client address to these, sockets that it opens included
   * @param requestBurst of those at once
   */
  public record Http(
      @DefaultValue("*") List<String> allowedOrigins,
      @DefaultValue("200") int requestsPerSecond,
      @DefaultValue("1000") int requestBurst) {
    public Http {
      allowedOrigins = List.copyOf(allowedOrigins);
      requireBetween("sluice.http.requests-per-second", requestsPerSecond, 1, 1_000_000);
      requireBetween("sluice.http.request-burst", requestBurst, 1, 1_000_000);
    }
  }

  /**
   * Only for development mode.
   *
   * @param plaintextCapture a file that gets all media without encryption (pcap), or null
   */
  public record Development(@Nullable String plaintextCapture) {}

  static void requireBetween(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new ConfigurationException(
          "%s is %d; it must be between %d and %d.".formatted(name, value, min, max),
          "Change it, or leave it out for its default.");
    }
  }

  private static void requireLiteral(String name, String address) {
    try {
      InetAddress.ofLiteral(address);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "%s is \"%s\", which is not a literal address.".formatted(name, address),
          "Write for example 127.0.0.1, or 0.0.0.0 for all addresses of this machine.");
    }
  }

  static void requirePositive(String name, Duration value) {
    if (!value.isPositive() || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new ConfigurationException(
          name + " must be longer than nothing and at most a day.",
          "Write it with a unit, such as 30s, or leave it out for its default.");
    }
  }
}

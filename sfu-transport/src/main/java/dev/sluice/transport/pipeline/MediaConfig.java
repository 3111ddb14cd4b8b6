package dev.sluice.transport.pipeline;

import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.Codec;
import dev.sluice.core.room.EgressShares;
import dev.sluice.core.room.RoomLimits;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.srtp.CipherPreference;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.transport.tcp.TcpLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the media side is set up; fixed at start.
 *
 * @param bind the address and UDP port of all media; port 0 takes a free one
 * @param advertised candidates in order of preference; a port of 0 stands for the bound one; empty
 *     for the addresses of this machine
 * @param advertiseLoopback whether 127.0.0.1 is among the automatic ones
 * @param threading how workers run
 * @param workers how many with {@link ThreadingMode#DEDICATED}, at least 1
 * @param subscribersPerWorker how many of one room's participants a worker sends to before another
 *     one helps; 0 leaves all to the room's own
 * @param maxRooms on this server
 * @param maxConcurrentHandshakes DTLS handshakes at a time
 * @param profiles SRTP profiles in order of preference
 * @param room limits of each room
 * @param plaintextCapture where to write every decrypted packet, for development only, or null
 * @param codecs that participants may negotiate in rooms that a join makes
 * @param exposure what the network sees and may ask
 * @param tcp ICE-TCP, on the same address
 * @param ciphers whose ciphers SRTP uses
 */
public record MediaConfig(
    InetSocketAddress bind,
    List<LocalTransport.Candidate> advertised,
    boolean advertiseLoopback,
    ThreadingMode threading,
    int workers,
    int subscribersPerWorker,
    int maxRooms,
    int maxConcurrentHandshakes,
    List<SrtpProfile> profiles,
    RoomLimits room,
    @Nullable Path plaintextCapture,
    Set<Codec> codecs,
    Exposure exposure,
    Tcp tcp,
    CipherPreference ciphers) {
  public MediaConfig {
    advertised = List.copyOf(advertised);
    profiles = List.copyOf(profiles);
    codecs = Set.copyOf(codecs);
    if (subscribersPerWorker < 0) {
      throw new IllegalArgumentException("subscribers per worker: " + subscribersPerWorker);
    }
    if (workers < 1 || maxRooms < 1 || maxConcurrentHandshakes < 1) {
      throw new IllegalArgumentException("workers, rooms and handshakes are at least 1");
    }
  }

  /** With the default codecs, exposure and ciphers, without TCP, and each room one worker's. */
  public MediaConfig(
      InetSocketAddress bind,
      List<LocalTransport.Candidate> advertised,
      boolean advertiseLoopback,
      ThreadingMode threading,
      int workers,
      int maxRooms,
      int maxConcurrentHandshakes,
      List<SrtpProfile> profiles,
      RoomLimits room,
      @Nullable Path plaintextCapture) {
    this(
        bind,
        advertised,
        advertiseLoopback,
        threading,
        workers,
        EgressShares.UNLIMITED,
        maxRooms,
        maxConcurrentHandshakes,
        profiles,
        room,
        plaintextCapture,
        RoomSettings.defaultCodecs(),
        Exposure.DEFAULT,
        Tcp.OFF,
        CipherPreference.AUTO);
  }

  /**
   * What the network sees of this server, and may ask of it.
   *
   * @param hidePrivateAddresses no answer names an address of RFC 1918 or RFC 4193
   * @param preferIpv6 of this machine's own addresses IPv6 comes first, not IPv4; configured ones
   *     keep their order
   * @param stunPerSecond STUN messages of one source address that no check has validated; many
   *     peers may sit behind one NAT
   * @param stunBurst of those at once
   */
  public record Exposure(
      boolean hidePrivateAddresses, boolean preferIpv6, int stunPerSecond, int stunBurst) {
    /** Nothing hidden, IPv4 first; 400 messages a second, 800 at once. */
    public static final Exposure DEFAULT = new Exposure(false, false, 400, 800);
  }

  /**
   * ICE-TCP (RFC 6544), for clients whose network lets no UDP through.
   *
   * @param port to listen on; {@link #FOLLOWS_UDP} or {@link #NO_PORT}
   * @param limits of connections
   */
  public record Tcp(int port, TcpLimits limits) {
    /** The number of the UDP port. */
    public static final int FOLLOWS_UDP = 0;

    /** Does not listen. */
    public static final int NO_PORT = -1;

    /** No TCP. */
    public static final Tcp OFF = new Tcp(NO_PORT, TcpLimits.DEFAULT);

    boolean isOn() {
      return port != NO_PORT;
    }

    boolean followsUdp() {
      return port == FOLLOWS_UDP;
    }
  }

  /** Those of a room that a join makes. */
  RoomSettings roomSettings() {
    return new RoomSettings(room.maxParticipants(), codecs, 0)
        .withFlushDelay(room.flushDelayNanos());
  }
}

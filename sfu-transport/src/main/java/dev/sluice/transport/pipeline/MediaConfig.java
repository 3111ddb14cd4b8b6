package dev.sluice.transport.pipeline;

import dev.sluice.core.control.RoomSettings;
import dev.sluice.core.media.Codec;
import dev.sluice.core.room.RoomLimits;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.srtp.SrtpProfile;
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
 * @param maxRooms on this server
 * @param maxConcurrentHandshakes DTLS handshakes at a time
 * @param profiles SRTP profiles in order of preference
 * @param room limits of each room
 * @param plaintextCapture where to write every decrypted packet, for development only, or null
 * @param codecs that participants may negotiate in rooms that a join makes
 * @param exposure what the network sees and may ask
 */
public record MediaConfig(
    InetSocketAddress bind,
    List<LocalTransport.Candidate> advertised,
    boolean advertiseLoopback,
    ThreadingMode threading,
    int workers,
    int maxRooms,
    int maxConcurrentHandshakes,
    List<SrtpProfile> profiles,
    RoomLimits room,
    @Nullable Path plaintextCapture,
    Set<Codec> codecs,
    Exposure exposure) {
  public MediaConfig {
    advertised = List.copyOf(advertised);
    profiles = List.copyOf(profiles);
    codecs = Set.copyOf(codecs);
    if (workers < 1 || maxRooms < 1 || maxConcurrentHandshakes < 1) {
      throw new IllegalArgumentException("workers, rooms and handshakes are at least 1");
    }
  }

  /** With the default codecs and exposure. */
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
        maxRooms,
        maxConcurrentHandshakes,
        profiles,
        room,
        plaintextCapture,
        RoomSettings.defaultCodecs(),
        Exposure.DEFAULT);
  }

  /**
   * What the network sees of this server, and may ask of it.
   *
   * @param hidePrivateAddresses no answer names an address of RFC 1918 or RFC 4193
   * @param stunPerSecond STUN messages of one source address that no check has validated; many
   *     peers may sit behind one NAT
   * @param stunBurst of those at once
   */
  public record Exposure(boolean hidePrivateAddresses, int stunPerSecond, int stunBurst) {
    /** Nothing hidden; 400 messages a second, 800 at once. */
    public static final Exposure DEFAULT = new Exposure(false, 400, 800);
  }

  /** Those of a room that a join makes. */
  RoomSettings roomSettings() {
    return new RoomSettings(room.maxParticipants(), codecs, 0);
  }
}

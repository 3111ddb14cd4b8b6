package dev.sluice.transport.pipeline;

import dev.sluice.core.room.RoomLimits;
import dev.sluice.core.sdp.LocalTransport;
import dev.sluice.core.srtp.SrtpProfile;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
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
    @Nullable Path plaintextCapture) {
  public MediaConfig {
    advertised = List.copyOf(advertised);
    profiles = List.copyOf(profiles);
    if (workers < 1 || maxRooms < 1 || maxConcurrentHandshakes < 1) {
      throw new IllegalArgumentException("workers, rooms and handshakes are at least 1");
    }
  }
}

package dev.sluice.core.peer;

import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpSender;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way out to one peer: plaintext is written at {@link #nextOffset()}, sealed, and
 * leaves with {@link #send()}. It is encrypted right there, or by another worker ({@link
 * LaneOutbox}); whoever fills it need not know.
 *
 * <p>Owner: the room's worker. Nothing is allocated per packet.
 */
sealed interface Outbox permits InlineOutbox, LaneOutbox {
  /**
   * The most SSRCs that are sent to one client: two for each of its m-lines, and the server's own.
   */
  int MAX_OUTGOING_STREAMS = 512;

  /** The one sender of an association's keys, for the thread that owns those ciphers. */
  static SrtpSender sender(SrtpKeys keys, SrtpCiphers ciphers) {
    return new SrtpSender(
        keys.profile(), keys.serverKey(), keys.serverSalt(), ciphers, MAX_OUTGOING_STREAMS);
  }

  /** So many packets come next, at most: a hint, so that they are not moved as it grows. */
  void expect(int packets);

  /** Makes room for one more packet of any size; false when it is full and has to leave first. */
  boolean makeRoom();

  /** Where packets are written; another array after {@link #makeRoom}. */
  byte[] buffer();

  int nextOffset();

  /** Packets that wait to leave. */
  int count();

  /**
   * Takes in a packet that was written at {@link #nextOffset()}.
   *
   * @return its length on the wire, or negative for a drop, as {@link
   *     dev.sluice.core.srtp.SrtpSender#reason} says
   */
  int seal(OutgoingPacket packet);

  /** The same for a compound RTCP packet of that length. */
  int sealRtcp(int length);

  /** Keeps the bytes of the packet that was sealed last, if it can. */
  void keepLast(int ssrc);

  /** What is kept of a stream, or null. */
  @Nullable SentCiphertexts kept(int ssrc);

  /** Queues what is kept once more; its length is that of the entry. */
  void resend(SentCiphertexts kept, int entry, long nowNanos);

  /** Sends what waits. */
  void send();

  /** Another thread owns this from now on. */
  void moveTo(MediaMeans means);
}

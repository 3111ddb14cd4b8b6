package dev.sluice.core.ingress;

import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.sdp.NegotiatedSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a participant publishes on one m-line: one stream, or one per simulcast layer. Owner: the
 * room's worker.
 */
public final class PublishedTrack {
  private final ParticipantId participant;
  private final PublisherClock clock;
  private final List<IngressStream> streams = new ArrayList<>();
  private TrackId id;
  private long csrc;
  private NegotiatedSection section;
  private PublishIntent intent;
  private boolean silenced;
  private @Nullable Set<ParticipantId> listeners;
  private Set<String> suspendedRids = Set.of();
  private long takenBytes;
  private long markedBytes;

  /**
   * Makes a track without streams; they come with their first packet.
   *
   * @param csrc marks its packets in every slot, unique in the room
   * @param clock shared by all tracks of this publisher
   */
  public PublishedTrack(
      TrackId id,
      ParticipantId participant,
      long csrc,
      PublisherClock clock,
      NegotiatedSection section,
      PublishIntent intent) {
    this.id = id;
    this.participant = participant;
    this.csrc = csrc;
    this.clock = clock;
    this.section = section;
    this.intent = intent;
  }

  /**
   * Adds the stream of a newly seen SSRC.
   *
   * @param replaces the stream that had its place until now, or null
   */
  public IngressStream addStream(
      int streamId, int ssrc, String rid, @Nullable IngressStream replaces) {
    IngressStream stream = new IngressStream(streamId, ssrc, rid, this, replaces);
    streams.add(stream);
    return stream;
  }

  /** Forgets a stream that has ended. */
  public void removeStream(IngressStream stream) {
    streams.remove(stream);
  }

  /** The stream of a simulcast layer, or null when none of its packets has come. */
  public @Nullable IngressStream streamOf(String rid) {
    for (IngressStream stream : streams) {
      if (stream.rid().equals(rid)) {
        return stream;
      }
    }
    return null;
  }

  /** A renegotiation kept this track. */
  public void renegotiate(NegotiatedSection newSection, PublishIntent newIntent) {
    section = newSection;
    intent = newIntent;
  }

  /** Its publisher is in another room from now on, where it has another name. */
  public void rename(TrackId newId, long newCsrc) {
    id = newId;
    csrc = newCsrc;
  }

  public void setMuted(boolean muted) {
    intent = new PublishIntent(intent.source(), intent.name(), muted, intent.encrypted());
  }

  /** Nobody gets it, whatever its publisher sends; or everybody may again. */
  public void silence(boolean nobody) {
    silenced = nobody;
  }

  public boolean silenced() {
    return silenced;
  }

  /**
   * Whether nothing of it comes because nobody needed it, but its publisher was asked for it again,
   * or is about to be.
   */
  public boolean resuming(long nowNanos) {
    boolean obtainable = false;
    for (int i = 0; i < streams.size(); i++) {
      if (streams.get(i).alive(nowNanos)) {
        return false;
      }
      obtainable |= streams.get(i).obtainable(nowNanos);
    }
    return obtainable && !intent.muted();
  }

  /** Notes which layers the publisher is asked to leave out; false when it has been told so. */
  public boolean setSuspendedRids(Set<String> rids) {
    boolean changed = !rids.equals(suspendedRids);
    suspendedRids = Set.copyOf(rids);
    return changed;
  }

  /** RTP bytes that its streams have brought since this was last asked. */
  public long takeBytes() {
    long bytes = bytes();
    long taken = Math.max(0, bytes - takenBytes);
    takenBytes = bytes;
    return taken;
  }

  /** Counts {@link #bytesSinceMark} from here. */
  public void markBytes() {
    markedBytes = bytes();
  }

  /** What its streams have brought since then. */
  public long bytesSinceMark() {
    return bytes() - markedBytes;
  }

  /** So far; fewer when one of its streams has ended. */
  private long bytes() {
    long bytes = 0;
    for (int i = 0; i < streams.size(); i++) {
      bytes += streams.get(i).bytes();
    }
    return bytes;
  }

  /** Only these get it; null for everyone. */
  public void whisperTo(@Nullable Set<ParticipantId> only) {
    listeners = only;
  }

  /** Whether this participant is one of those that it is for. */
  public boolean isFor(ParticipantId subscriber) {
    return !silenced && (listeners == null || listeners.contains(subscriber));
  }

  public TrackId id() {
    return id;
  }

  public ParticipantId participant() {
    return participant;
  }

  public long csrc() {
    return csrc;
  }

  public PublisherClock clock() {
    return clock;
  }

  /** Whether nothing in its payloads can be read (end-to-end encryption). */
  public boolean encrypted() {
    return intent.encrypted();
  }

  public NegotiatedSection section() {
    return section;
  }

  public List<IngressStream> streams() {
    return streams;
  }

  /** What others are told. */
  public TrackInfo info() {
    return new TrackInfo(
        id,
        participant,
        section.mid(),
        section.kind(),
        intent.source(),
        intent.name(),
        intent.muted(),
        intent.encrypted(),
        csrc);
  }
}

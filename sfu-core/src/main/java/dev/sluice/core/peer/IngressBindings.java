package dev.sluice.core.peer;

import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.rtp.IntMap;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.SdesText;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.sdp.NegotiatedSection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which SSRC of a publisher belongs to which stream. Bound once, by the first authenticated packet,
 * and kept: browsers stop to send mid and rid as soon as a report has confirmed the SSRC. The order
 * is that of RFC 9143 §9.2: MID extension, signalled SSRC, payload type where only one m-line has
 * it. RTX streams pair by repaired-rid, else by FID, else by being the only stream of their m-line.
 *
 * <p>Owner: the room's worker.
 */
final class IngressBindings {
  private final int maxStreams;
  private final IntSupplier streamIds;
  private IntMap<Binding> bindings;

  /** SSRCs of replaced streams: their late packets must not take the stream back. */
  private IntMap<Boolean> retired;

  private final List<IngressStream> streams = new ArrayList<>();
  private final List<Binding> bound = new ArrayList<>();
  private List<PublishedTrack> tracks = List.of();

  /** What an SSRC carries: a stream's media, or its retransmissions. */
  record Binding(int ssrc, IngressStream stream, boolean rtx) {}

  IngressBindings(int maxStreams, IntSupplier streamIds) {
    this.maxStreams = maxStreams;
    bindings = new IntMap<>(maxStreams);
    retired = new IntMap<>(maxStreams);
    this.streamIds = streamIds;
  }

  /** What is published after a negotiation; returns the streams of tracks that are gone. */
  List<IngressStream> setTracks(List<PublishedTrack> newTracks) {
    tracks = List.copyOf(newTracks);
    List<IngressStream> ended = new ArrayList<>();
    for (IngressStream stream : streams) {
      if (!tracks.contains(stream.track())) {
        ended.add(stream);
      }
    }
    ended.forEach(this::forget);
    retired = new IntMap<>(maxStreams);
    return ended;
  }

  /** Every stream of which a packet has come. */
  List<IngressStream> streams() {
    return streams;
  }

  @Nullable Binding find(int ssrc) {
    return bindings.find(ssrc);
  }

  /**
   * Binds the SSRC of an authenticated packet; null when it belongs to nothing that was negotiated.
   */
  @Nullable Binding bind(byte[] packet, int offset) {
    int ssrc = RtpPacket.ssrc(packet, offset);
    int payloadType = RtpPacket.payloadType(packet, offset);
    PublishedTrack track = trackOf(packet, offset, ssrc, payloadType);
    if (track == null || bindings.isFull() || retired.find(ssrc) != null) {
      return null;
    }
    NegotiatedSection section = track.section();
    boolean rtx = isRtx(section, payloadType);
    Binding binding =
        rtx ? bindRtx(track, packet, offset, ssrc) : bindMedia(track, packet, offset, ssrc);
    if (binding != null) {
      bindings.put(ssrc, binding);
      bound.add(binding);
    }
    return binding;
  }

  /** Frees the SSRCs of a stream, that of its retransmissions too. */
  private void forget(IngressStream stream) {
    streams.remove(stream);
    bound.removeIf(binding -> binding.stream() == stream);
    bindings = new IntMap<>(maxStreams);
    bound.forEach(binding -> bindings.put(binding.ssrc(), binding));
  }

  private @Nullable Binding bindMedia(PublishedTrack track, byte[] packet, int offset, int ssrc) {
    String rid = text(track.section(), HeaderExtension.RID, packet, offset);
    boolean simulcast = !incoming(track).rids().isEmpty();
    if (simulcast && (rid == null || !incoming(track).rids().contains(rid))) {
      return null;
    }
    String name = simulcast && rid != null ? rid : "";
    IngressStream known = track.streamOf(name);
    if (known != null) {
      // The publisher changed the SSRC of this stream (a new sender on the same m-line).
      track.removeStream(known);
      bound.stream()
          .filter(binding -> binding.stream() == known)
          .forEach(binding -> retired.put(binding.ssrc(), true));
      forget(known);
    }
    IngressStream stream = track.addStream(streamIds.getAsInt(), ssrc, name, known);
    streams.add(stream);
    return new Binding(ssrc, stream, false);
  }

  private @Nullable Binding bindRtx(PublishedTrack track, byte[] packet, int offset, int ssrc) {
    String repaired = text(track.section(), HeaderExtension.REPAIRED_RID, packet, offset);
    IngressStream stream = null;
    if (repaired != null) {
      stream = track.streamOf(repaired);
    } else if (incoming(track).rids().isEmpty()) {
      stream = track.streamOf("");
    } else {
      for (NegotiatedSection.SignalledStream signalled : incoming(track).streams()) {
        Binding media =
            (int) signalled.rtxSsrc() == ssrc ? bindings.find((int) signalled.ssrc()) : null;
        stream = media == null ? stream : media.stream();
      }
    }
    return stream == null ? null : new Binding(ssrc, stream, true);
  }

  private @Nullable PublishedTrack trackOf(byte[] packet, int offset, int ssrc, int payloadType) {
    for (PublishedTrack track : tracks) {
      String mid = text(track.section(), HeaderExtension.MID, packet, offset);
      if (mid != null) {
        return trackOfMid(mid);
      }
    }
    PublishedTrack onlyOne = null;
    int candidates = 0;
    for (PublishedTrack track : tracks) {
      for (NegotiatedSection.SignalledStream signalled : incoming(track).streams()) {
        if ((int) signalled.ssrc() == ssrc || (int) signalled.rtxSsrc() == ssrc) {
          return track;
        }
      }
      if (hasPayloadType(track.section(), payloadType)) {
        onlyOne = track;
        candidates++;
      }
    }
    return candidates == 1 ? onlyOne : null;
  }

  private @Nullable PublishedTrack trackOfMid(String mid) {
    for (PublishedTrack track : tracks) {
      if (track.section().mid().equals(mid)) {
        return track;
      }
    }
    return null;
  }

  private static NegotiatedSection.Incoming incoming(PublishedTrack track) {
    NegotiatedSection.Incoming incoming = track.section().incoming();
    if (incoming == null) {
      throw new IllegalStateException("a published track's m-line receives");
    }
    return incoming;
  }

  private static boolean isRtx(NegotiatedSection section, int payloadType) {
    for (NegotiatedCodec codec : section.codecs()) {
      if (codec.rtxPayloadType() == payloadType) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasPayloadType(NegotiatedSection section, int payloadType) {
    for (NegotiatedCodec codec : section.codecs()) {
      if (codec.payloadType() == payloadType || codec.rtxPayloadType() == payloadType) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String text(
      NegotiatedSection section, HeaderExtension extension, byte[] packet, int offset) {
    Integer id = section.receiveExtensions().get(extension);
    if (id == null) {
      return null;
    }
    long place = RtpPacket.findExtension(packet, offset, id);
    return place == RtpPacket.NO_EXTENSION
        ? null
        : SdesText.read(packet, RtpPacket.extensionOffset(place), RtpPacket.extensionLength(place));
  }
}

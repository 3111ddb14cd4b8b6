package dev.sluice.core.selection;

import dev.sluice.core.ingress.IngressStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the stream of a simulcast track that is shown: the one with the largest picture among
 * those that are alive. Layers are ordered by what arrives, not by their names. A pure function.
 */
public final class LayerSelector {
  /** A stream from which nothing has come for so long has stopped. */
  public static final long DEAD_AFTER_NANOS = 1_500_000_000L;

  private LayerSelector() {}

  /**
   * The stream to show, or null when the track has none; of streams that are all dead, the last one
   * alive.
   */
  public static @Nullable IngressStream select(List<IngressStream> streams, long nowNanos) {
    IngressStream best = null;
    for (IngressStream stream : streams) {
      // Of a stream without a good packet nothing can be forwarded yet.
      if (stream.packets() > 0 && (best == null || better(stream, best, nowNanos))) {
        best = stream;
      }
    }
    return best;
  }

  private static boolean better(IngressStream a, IngressStream b, long nowNanos) {
    boolean aliveA = nowNanos - a.lastPacketNanos() < DEAD_AFTER_NANOS;
    boolean aliveB = nowNanos - b.lastPacketNanos() < DEAD_AFTER_NANOS;
    if (aliveA != aliveB) {
      return aliveA;
    }
    if (!aliveA) {
      return a.lastPacketNanos() - b.lastPacketNanos() > 0;
    }
    return a.frameWidth() * a.frameHeight() > b.frameWidth() * b.frameHeight();
  }
}

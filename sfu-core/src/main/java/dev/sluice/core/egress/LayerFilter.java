package dev.sluice.core.egress;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.PayloadFacts;
import dev.sluice.core.media.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Decides which spatial and temporal layers of a slot's source go out. What is wanted can change at
 * any time; what is sent follows where a decoder can follow: down with the next picture, up with
 * one that allows it. A decision holds for a whole picture, of which the RTP timestamp is the name,
 * and is final: late packets of a picture share its fate.
 *
 * <ul>
 *   <li>Temporal layers up: a frame of the lowest spatial layer says from which limit to which one
 *       can go ({@link PayloadFacts#switchUpFrom}).
 *   <li>Spatial layers up: a picture whose lowest layer refers to no other picture. The codec would
 *       also allow a frame that is predicted from the layer below alone, but by then the marker
 *       that ends the picture has gone out with that layer; and the usual case, a layer that its
 *       encoder stops and starts again, needs no switch because the limit stands.
 *   <li>Lower spatial layers are always sent with the higher ones, also where an encoder refers to
 *       them in key pictures only (the modes {@code _KEY}): so the way down needs no keyframe.
 * </ul>
 *
 * <p>One exchange of limits is remembered per picture, the last {@value #KEPT} of them; a packet
 * older than those is not sent. Owner: the room's worker.
 */
final class LayerFilter {
  /** No limit. */
  static final int ALL = PayloadFacts.MAX_LAYER_ID;

  private static final int KEPT = 8;

  /** For each of them the first picture, and the limits: the spatial one above the temporal one. */
  private final long[] rules = new long[2 * KEPT];

  /** How many limits have been in force since the source began; the last one is in force now. */
  private long entered;

  private int wantedSpatial = ALL;
  private int wantedTemporal = ALL;
  private long newest;
  private long newestDropped;

  /** The newest picture of which the end has gone out. */
  private long newestEnded;

  /** The highest layers that are wanted. */
  void want(int maxSpatialId, int maxTemporalId) {
    wantedSpatial = maxSpatialId;
    wantedTemporal = maxTemporalId;
  }

  /** A source begins with the keyframe of this timestamp: all that is wanted can be had. */
  void start(long timestamp) {
    entered = 0;
    newest = timestamp;
    newestDropped = timestamp - 1;
    newestEnded = timestamp - 1;
    enter(timestamp, wantedSpatial, wantedTemporal);
  }

  /** Whether a spatial layer that is wanted can only be joined at a keyframe. */
  boolean awaitsLayer() {
    return entered > 0 && spatial(last()) < wantedSpatial;
  }

  /** Whether a packet is of a layer above those that are wanted. */
  boolean exceeds(MediaPacket packet) {
    return packet.spatialId() > wantedSpatial || packet.facts().temporalId() > wantedTemporal;
  }

  /** Null when a packet of the source is to be sent, else why not. */
  @Nullable DropReason decide(MediaPacket packet) {
    long timestamp = packet.timestamp();
    if (timestamp > newest) {
      newest = timestamp;
      goDown(timestamp);
    }
    if (timestamp > newestDropped && timestamp >= from(last())) {
      goUp(timestamp, packet);
    }
    int rule = ruleOf(timestamp);
    int spatialId = packet.spatialId();
    if (rule >= 0 && spatialId <= spatial(rule) && packet.facts().temporalId() <= temporal(rule)) {
      if (endsPicture(packet)) {
        newestEnded = Math.max(newestEnded, timestamp);
      }
      return null;
    }
    newestDropped = Math.max(newestDropped, timestamp);
    return rule >= 0 && spatialId > spatial(last()) && spatialId <= wantedSpatial
        ? DropReason.AWAITING_KEYFRAME
        : DropReason.LAYER_NOT_WANTED;
  }

  /**
   * Whether a packet that is sent ends its picture: by its publisher's marker, or because it ends
   * the highest layer that is sent.
   */
  boolean endsPicture(MediaPacket packet) {
    if (packet.marker()) {
      return true;
    }
    int rule = ruleOf(packet.timestamp());
    return rule >= 0 && packet.facts().frameEnd() && packet.spatialId() == spatial(rule);
  }

  private void goDown(long timestamp) {
    int now = last();
    if (wantedSpatial < spatial(now) || wantedTemporal < temporal(now)) {
      enter(
          timestamp,
          Math.min(wantedSpatial, spatial(now)),
          Math.min(wantedTemporal, temporal(now)));
    }
  }

  private void goUp(long timestamp, MediaPacket packet) {
    int now = last();
    int spatialLimit = spatial(now);
    int temporalLimit = temporal(now);
    PayloadFacts facts = packet.facts();
    if ((spatialLimit >= wantedSpatial && temporalLimit >= wantedTemporal)
        || packet.spatialId() > 0) {
      return;
    }
    if (facts.spatialSwitchUp() && timestamp > newestEnded) {
      spatialLimit = Math.max(spatialLimit, wantedSpatial);
    }
    if (facts.switchUpFrom() >= 0 && facts.switchUpFrom() <= temporalLimit) {
      int reachable = Math.min(wantedTemporal, facts.switchUpTo());
      temporalLimit = Math.max(temporalLimit, reachable);
    }
    if (spatialLimit > spatial(now) || temporalLimit > temporal(now)) {
      enter(timestamp, spatialLimit, temporalLimit);
    }
  }

  private void enter(long timestamp, int maxSpatialId, int maxTemporalId) {
    if (entered == 0 || from(last()) != timestamp) {
      entered++;
    }
    int rule = last();
    rules[2 * rule] = timestamp;
    rules[2 * rule + 1] = (long) maxSpatialId << Integer.SIZE | maxTemporalId;
  }

  private long from(int rule) {
    return rules[2 * rule];
  }

  private int spatial(int rule) {
    return (int) (rules[2 * rule + 1] >>> Integer.SIZE);
  }

  private int temporal(int rule) {
    return (int) rules[2 * rule + 1];
  }

  /** The limits that hold for a picture, or -1 when they are forgotten. */
  private int ruleOf(long timestamp) {
    long oldest = Math.max(1, entered - KEPT + 1);
    for (long rule = entered; rule >= oldest; rule--) {
      int place = (int) (rule % KEPT);
      if (from(place) <= timestamp) {
        return place;
      }
    }
    return -1;
  }

  private int last() {
    return (int) (entered % KEPT);
  }
}

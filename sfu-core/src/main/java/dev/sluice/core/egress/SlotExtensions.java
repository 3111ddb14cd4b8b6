package dev.sluice.core.egress;

import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.sdp.NegotiatedSection;
import java.util.Map;

/**
 * The extension ids of one slot as plain numbers, 0 where an extension was not agreed: no map
 * look-up per packet.
 *
 * @param large whether one of the ids has no place in the one-byte form (RFC 8285 §4.2)
 */
record SlotExtensions(
    int mid,
    int audioLevel,
    int videoOrientation,
    int playoutDelay,
    int absCaptureTime,
    int dependencyDescriptor,
    int transportSequence,
    int absSendTime,
    boolean large) {
  private static final int MAX_ONE_BYTE_ID = 14;

  static SlotExtensions of(NegotiatedSection section) {
    Map<HeaderExtension, Integer> ids = section.sendExtensions();
    boolean large = false;
    for (int id : ids.values()) {
      large |= id > MAX_ONE_BYTE_ID;
    }
    return new SlotExtensions(
        ids.getOrDefault(HeaderExtension.MID, 0),
        ids.getOrDefault(HeaderExtension.AUDIO_LEVEL, 0),
        ids.getOrDefault(HeaderExtension.VIDEO_ORIENTATION, 0),
        ids.getOrDefault(HeaderExtension.PLAYOUT_DELAY, 0),
        ids.getOrDefault(HeaderExtension.ABS_CAPTURE_TIME, 0),
        ids.getOrDefault(HeaderExtension.DEPENDENCY_DESCRIPTOR, 0),
        ids.getOrDefault(HeaderExtension.TRANSPORT_SEQUENCE, 0),
        ids.getOrDefault(HeaderExtension.ABS_SEND_TIME, 0),
        large);
  }
}

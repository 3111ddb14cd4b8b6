package dev.sluice.core.egress;

import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.sdp.NegotiatedSection;
import java.util.Map;

/**
 * The extension ids of one slot as plain numbers, 0 where an extension was not agreed: no map
 * look-up per packet.
 */
record SlotExtensions(
    int mid, int audioLevel, int videoOrientation, int transportSequence, int absSendTime) {

  static SlotExtensions of(NegotiatedSection section) {
    Map<HeaderExtension, Integer> ids = section.sendExtensions();
    return new SlotExtensions(
        ids.getOrDefault(HeaderExtension.MID, 0),
        ids.getOrDefault(HeaderExtension.AUDIO_LEVEL, 0),
        ids.getOrDefault(HeaderExtension.VIDEO_ORIENTATION, 0),
        ids.getOrDefault(HeaderExtension.TRANSPORT_SEQUENCE, 0),
        ids.getOrDefault(HeaderExtension.ABS_SEND_TIME, 0));
  }
}

package dev.sluice.core.ingress;

import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.sdp.NegotiatedSection;
import java.util.Map;

/**
 * The extension ids of one publishing m-line as plain numbers, 0 where an extension was not agreed:
 * no map look-up per packet.
 */
record IngressExtensions(
    int audioLevel,
    int videoOrientation,
    int playoutDelay,
    int absCaptureTime,
    int dependencyDescriptor,
    int videoLayersAllocation) {

  static IngressExtensions of(NegotiatedSection section) {
    Map<HeaderExtension, Integer> ids = section.receiveExtensions();
    return new IngressExtensions(
        ids.getOrDefault(HeaderExtension.AUDIO_LEVEL, 0),
        ids.getOrDefault(HeaderExtension.VIDEO_ORIENTATION, 0),
        ids.getOrDefault(HeaderExtension.PLAYOUT_DELAY, 0),
        ids.getOrDefault(HeaderExtension.ABS_CAPTURE_TIME, 0),
        ids.getOrDefault(HeaderExtension.DEPENDENCY_DESCRIPTOR, 0),
        ids.getOrDefault(HeaderExtension.VIDEO_LAYERS_ALLOCATION, 0));
  }
}

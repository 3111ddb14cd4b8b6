/**
 * A WebRTC stack that shares no code with the server and none with the call page (libwebrtc through
 * webrtc-java), speaking WHIP and WHEP as any client would. Holds no expectations of its own.
 */
@NullMarked
package dev.sluice.e2e.foreign;

import org.jspecify.annotations.NullMarked;

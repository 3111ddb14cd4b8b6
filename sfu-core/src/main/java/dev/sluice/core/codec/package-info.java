/**
 * What a payload says of itself, and how a payload descriptor is continued: keyframes, layers and
 * sizes of VP8, VP9, H.264, H.265 and AV1, the dependency descriptor, redundant audio, and the
 * rewriting of picture ids. Reads descriptors and parameter sets only, never decodes media; knows
 * no RTP header and keeps no packet. Called per packet by ingress (facts) and egress (rewriting) on
 * the thread that owns the stream; nothing here allocates after construction or throws on hostile
 * input.
 */
@NullMarked
package dev.sluice.core.codec;

import org.jspecify.annotations.NullMarked;

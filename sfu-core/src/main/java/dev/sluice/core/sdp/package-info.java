/**
 * Session descriptions (RFC 8866) to and from values, and the offer/answer rules of a server that
 * only ever answers (RFC 3264, RFC 8829, RFC 9143, RFC 8853). Pure functions: text and policy in,
 * text and parameters out. No network, no state.
 */
@NullMarked
package dev.sluice.core.sdp;

import org.jspecify.annotations.NullMarked;

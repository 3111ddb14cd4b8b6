/**
 * SRTP and SRTCP (RFC 3711, RFC 7714): key derivation, protect and unprotect, replay windows, and
 * the seam behind which a cipher implementation stands. Knows RTP headers only as far as SRTP needs
 * them. Owned by the thread that owns the peer.
 */
@NullMarked
package dev.sluice.core.srtp;

import org.jspecify.annotations.NullMarked;

/**
 * The network between client and server, in user space: a seeded lossy UDP relay, a TCP relay whose
 * connections can be cut, packet captures and tshark. Knows nothing of WebRTC beyond the bytes.
 */
@NullMarked
package dev.sluice.e2e.network;

import org.jspecify.annotations.NullMarked;

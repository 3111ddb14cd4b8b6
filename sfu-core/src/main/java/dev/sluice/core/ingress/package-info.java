/**
 * The receiving side: what one publisher sends, stream by stream. Keeps the one plaintext history
 * that serves every subscriber's retransmissions, notices loss, and says what is to be asked of the
 * publisher. Knows nothing of subscribers: the room brings both sides together. Owned by the worker
 * that owns the room.
 */
@NullMarked
package dev.sluice.core.ingress;

import org.jspecify.annotations.NullMarked;

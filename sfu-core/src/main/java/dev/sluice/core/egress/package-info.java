/**
 * The sending side: one {@link dev.sluice.core.egress.EgressSlot} per receive m-line of a
 * subscriber, an outgoing stream that stays continuous whatever it shows. Knows packets by value
 * and sources by number; knows nothing of publishers: the room brings both sides together. Owned by
 * the worker that owns the room.
 */
@NullMarked
package dev.sluice.core.egress;

import org.jspecify.annotations.NullMarked;

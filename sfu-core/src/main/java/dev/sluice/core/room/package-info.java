/**
 * Rooms: participants, who sees what, and the forwarding between them. The only package that knows
 * both the receiving and the sending side.
 *
 * <p>The single-mutation invariant: after every {@code handle…} call the caller drains {@link
 * dev.sluice.core.room.Room#pollEvent()} and asks {@link
 * dev.sluice.core.room.Room#nextDeadlineNanos()} anew before it waits. The worker loop is the only
 * place that drives a room.
 */
@NullMarked
package dev.sluice.core.room;

import org.jspecify.annotations.NullMarked;

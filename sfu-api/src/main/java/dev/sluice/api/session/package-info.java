/**
 * A participant's signalling life: the messages of the protocol, one session's state from join to
 * the end, resume after a dropped socket, and the HTTP sessions of WHIP and WHEP. Turns what
 * clients say into SDP work and {@code RoomCommand}s, and {@code RoomEvent}s into what clients are
 * told. Knows neither Spring nor sockets: a socket is a {@link MessageChannel}, time is a parameter
 * or a supplier, threads come from an executor. Called by {@code ws}, {@code rest} and the
 * application's wiring.
 */
@NullMarked
package dev.sluice.api.session;

import org.jspecify.annotations.NullMarked;

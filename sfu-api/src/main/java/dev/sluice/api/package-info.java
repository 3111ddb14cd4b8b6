/**
 * The outside of the server: tokens, the signalling WebSocket and the HTTP endpoints. This package
 * itself is empty; its parts are {@code auth} (who may enter), {@code session} (a participant's
 * signalling life, free of Spring), {@code ws} and {@code rest} (how it is reached). Imports run
 * {@code ws}, {@code rest} → {@code session} → {@code auth} and the core's {@code control} and
 * {@code sdp}.
 */
@NullMarked
package dev.sluice.api;

import org.jspecify.annotations.NullMarked;

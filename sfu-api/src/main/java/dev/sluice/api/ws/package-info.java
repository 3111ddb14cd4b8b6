/**
 * The signalling WebSocket, {@code /signal}: joins Spring's sockets to {@code session}, and knows
 * nothing of what is said on them. Imported by the application's wiring.
 */
@NullMarked
package dev.sluice.api.ws;

import org.jspecify.annotations.NullMarked;

/**
 * Webhooks: what happens in rooms, told to other servers over HTTP, in order, signed, and at least
 * once, whoever of the two is killed meanwhile. The media workers leave what happens in a queue in
 * memory and never wait; one thread writes it to an outbox on disk; one thread for each receiver
 * sends from there. Not part of signalling, and nothing of it is needed for a call. Knows no
 * Spring; called by the application's wiring and by {@code rest}.
 */
@NullMarked
package dev.sluice.api.webhook;

import org.jspecify.annotations.NullMarked;

/**
 * The HTTP side: WHIP (RFC 9725), WHEP (draft-ietf-wish-whep) and the list of rooms, with every
 * error as a problem (RFC 9457). Thin: it reads requests and writes responses; what they mean is
 * decided in {@code session} and {@code auth}. Imported by the application's wiring.
 */
@NullMarked
package dev.sluice.api.rest;

import org.jspecify.annotations.NullMarked;

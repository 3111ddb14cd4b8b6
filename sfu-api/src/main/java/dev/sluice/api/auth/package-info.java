/**
 * Access tokens: who someone is and what they may do in which room. Verifies JWTs (RFC 7519) with
 * keys of the configuration, of a key set in a file, and of one that another server publishes (RFC
 * 7517); issues them with keys of the configuration; and decides whether a request without one is
 * let in. What it grants is enforced elsewhere, in {@code session} and the core. Knows neither
 * Spring nor sessions; every other package of this module may call it.
 */
@NullMarked
package dev.sluice.api.auth;

import org.jspecify.annotations.NullMarked;

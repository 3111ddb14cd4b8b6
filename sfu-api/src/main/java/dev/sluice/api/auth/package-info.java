/**
 * Access tokens: who someone is and what they may do in which room. Verifies and issues JWTs (RFC
 * 7519) signed with HS256, and decides whether a request without one is let in. Knows neither
 * Spring nor sessions; every other package of this module may call it.
 */
@NullMarked
package dev.sluice.api.auth;

import org.jspecify.annotations.NullMarked;

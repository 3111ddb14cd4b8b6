/** What {@code wrongarrows.session} must not know. */
@NullMarked
package dev.sluice.api.wrongarrows.ws;

import org.jspecify.annotations.NullMarked;

/** Breaks every rule of the module, to show that the rules can fail. */
@NullMarked
package dev.sluice.api.wrongarrows.session;

import org.jspecify.annotations.NullMarked;

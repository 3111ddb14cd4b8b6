/** Breaks the rules of the architecture on purpose, so that a test can see them fail. */
@NullMarked
package dev.sluice.app.wrongarrows;

import org.jspecify.annotations.NullMarked;

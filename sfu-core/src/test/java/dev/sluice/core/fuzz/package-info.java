/**
 * The fuzz test of this module. Its targets stand beside the parsers; what one finds becomes a file
 * in the inputs folder or, better, a test of its own.
 */
@NullMarked
package dev.sluice.core.fuzz;

import org.jspecify.annotations.NullMarked;

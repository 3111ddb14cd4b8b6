/** The fuzz test of this module. Its targets stand beside the parsers. */
@NullMarked
package dev.sluice.api.fuzz;

import org.jspecify.annotations.NullMarked;

/** Stands for the signalling side, which the transport must not know. */
@NullMarked
package dev.sluice.api.wrongarrows;

import org.jspecify.annotations.NullMarked;

/** Stands for the transport module, which this one must not know. */
@NullMarked
package dev.sluice.transport.wrongarrows;

import org.jspecify.annotations.NullMarked;

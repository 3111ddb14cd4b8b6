/** Faults on purpose: what the rules of the architecture must find. */
@NullMarked
package dev.sluice.core.wrongarrows.rtp;

import org.jspecify.annotations.NullMarked;

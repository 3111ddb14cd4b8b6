/** Faults on purpose: what the rules of the architecture must find. */
@NullMarked
package dev.sluice.core.wrongarrows.egress;

import org.jspecify.annotations.NullMarked;

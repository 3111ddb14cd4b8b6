/** Faults on purpose: what the rules of the architecture must find. */
@NullMarked
package dev.sluice.core.wrongarrows.ingress;

import org.jspecify.annotations.NullMarked;

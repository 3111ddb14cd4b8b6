/**
 * Who and what is shown: who speaks, whose voice is heard, and the assignment of tracks to slots as
 * a pure function. Decides; carries nothing out.
 */
@NullMarked
package dev.sluice.core.selection;

import org.jspecify.annotations.NullMarked;

/**
 * Small values that every other package shares: kinds, codecs, header extensions, identifiers, drop
 * reasons. No behaviour beyond what a value says of itself; imports nothing of Sluice.
 */
@NullMarked
package dev.sluice.core.media;

import org.jspecify.annotations.NullMarked;

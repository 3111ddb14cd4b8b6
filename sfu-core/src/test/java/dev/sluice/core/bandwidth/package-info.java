/** Tests of estimation, probing, pacing and allocation, and the cases of RFC 8867. */
@NullMarked
package dev.sluice.core.bandwidth;

import org.jspecify.annotations.NullMarked;

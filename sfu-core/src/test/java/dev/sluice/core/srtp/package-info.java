/**
 * Tests of SRTP: the vectors of the RFCs, another implementation as the other end, and what hostile
 * or mistaken callers may try.
 */
@NullMarked
package dev.sluice.core.srtp;

import org.jspecify.annotations.NullMarked;

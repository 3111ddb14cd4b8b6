/** Tests of whole rooms: real packets between simulated peers, in virtual time. */
@NullMarked
package dev.sluice.core.control;

import org.jspecify.annotations.NullMarked;

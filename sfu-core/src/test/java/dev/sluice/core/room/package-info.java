/** Tests of whole rooms: real packets between simulated peers, in virtual time. */
@NullMarked
package dev.sluice.core.room;

import org.jspecify.annotations.NullMarked;

package dev.sluice.core.control;

import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;

/**
 * What others are told of a published track.
 *
 * @param id unique in the room
 * @param participant who publishes it
 * @param mid the publisher's m-line
 * @param kind audio or video
 * @param source what it shows, as the publisher says
 * @param name a label from the publisher, may be empty
 * @param muted the publisher has muted it
 * @param encrypted its frames are encrypted end to end
 * @param csrc the number that marks this track's packets in every slot that shows it, unsigned 32
 *     bits, unique in the room
 */
public record TrackInfo(
    TrackId id,
    ParticipantId participant,
    String mid,
    MediaKind kind,
    TrackSource source,
    String name,
    boolean muted,
    boolean encrypted,
    long csrc) {}

package dev.sluice.core.control;

import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;

/** Names one participant's peer connection. */
public record PeerKey(RoomId room, ParticipantId participant) {}

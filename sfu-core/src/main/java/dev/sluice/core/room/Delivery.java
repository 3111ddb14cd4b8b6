package dev.sluice.core.room;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.RoomEventListener;

/** An event and who gets it. */
public record Delivery(RoomEventListener listener, RoomEvent event) {}

package dev.sluice.core.room;

import dev.sluice.core.control.RoomCommand;

/**
 * What another room has to know of a participant to say whether it may come: a value, which crosses
 * threads while the participant stays where it is.
 *
 * @param join how it would ask to be let in there
 * @param publishes it publishes something
 * @param publishesPlain it publishes something that is not encrypted end to end
 */
public record Passport(RoomCommand.Join join, boolean publishes, boolean publishesPlain) {}

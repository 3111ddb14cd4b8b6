/**
 * What crosses between the outside and a room: commands in, events out, as values, and the port
 * that carries them. The only package of the core that may use java.util.concurrent.
 */
@NullMarked
package dev.sluice.core.control;

import org.jspecify.annotations.NullMarked;

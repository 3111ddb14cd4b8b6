/**
 * The runnable server: configuration, the wiring of the parts, development mode, health, metrics
 * and the web client. Contains no logic of signalling or media; nothing may import it.
 */
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;

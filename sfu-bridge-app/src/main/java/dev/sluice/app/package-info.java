/** The runnable server: configuration, wiring, health, metrics and the web client. */
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;

/**
 * What every end-to-end test stands on: settings, waiting, the server's process, its metrics, and
 * the record of measured figures. Knows neither browsers nor packets.
 */
@NullMarked
package dev.sluice.e2e.harness;

import org.jspecify.annotations.NullMarked;

/**
 * End-to-end tests: the packaged server in its own process, real browsers and a foreign WebRTC
 * stack against it. They see the product only from outside: its ports, its page, its metrics and
 * what crosses the wire. Nothing here is called by other code.
 *
 * <p>Tests that need a program which is not installed (Chromium, tshark, Maven) are skipped with a
 * sentence; {@code -Dsluice.e2e.required=true} turns that into a failure. {@code
 * -Dsluice.e2e.long=true} runs the long forms.
 */
@NullMarked
package dev.sluice.e2e;

import org.jspecify.annotations.NullMarked;

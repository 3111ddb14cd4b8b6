/**
 * JMH benchmarks of the packet path. They drive the public types of the core as a media worker
 * does, without a network. Nothing of the server depends on this package.
 */
@NullMarked
package dev.sluice.perf;

import org.jspecify.annotations.NullMarked;

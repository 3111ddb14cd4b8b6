package dev.sluice.transport.wrongarrows.dtls;

import dev.sluice.api.wrongarrows.Signalling;
import dev.sluice.transport.wrongarrows.pipeline.Worker;

/** Points up, and out of the module. */
public final class KnowsThePipeline {
  final Worker worker = new Worker();
  final Signalling signalling = new Signalling();
}

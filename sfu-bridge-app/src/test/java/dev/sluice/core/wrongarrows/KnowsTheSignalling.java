package dev.sluice.core.wrongarrows;

import dev.sluice.api.wrongarrows.KnowsTheEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Points up, and logs. */
public final class KnowsTheSignalling {
  static final Logger LOG = LoggerFactory.getLogger(KnowsTheSignalling.class);

  final KnowsTheEngine signalling = new KnowsTheEngine();
}

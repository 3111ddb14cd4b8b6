package dev.sluice.app;

import java.util.List;
import org.springframework.core.env.Environment;

/** Looks for one kind of mistake. Takes seconds at most, and leaves everything as it was. */
interface Examiner {
  /** What is wrong; nothing when all is well or cannot be told from here. */
  List<Finding> examine(SluiceProperties settings, Environment environment);
}

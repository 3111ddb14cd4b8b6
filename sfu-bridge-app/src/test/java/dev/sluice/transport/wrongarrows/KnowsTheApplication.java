package dev.sluice.transport.wrongarrows;

import dev.sluice.app.wrongarrows.Application;
import org.springframework.stereotype.Component;

/** Points up, and at the framework. */
@Component
public final class KnowsTheApplication {
  private final Application application = new Application();

  /** Something to call. */
  public void start() {
    application.run();
  }
}

package dev.sluice.api.session;

import dev.sluice.core.control.Grants;

/** What a participant that signals over HTTP does. */
public enum HttpRole {
  /** WHIP: sends only; the others see it. */
  PUBLISH,
  /** WHEP: receives only; nobody sees it. */
  PLAY;

  /** What it may do, and no more, whatever its token grants. */
  public Grants grants() {
    return switch (this) {
      case PUBLISH -> new Grants(true, false, false);
      case PLAY -> new Grants(false, true, true);
    };
  }

  /** Whether a token with these grants is enough. */
  public boolean isGrantedBy(Grants token) {
    return switch (this) {
      case PUBLISH -> token.publish();
      case PLAY -> token.subscribe();
    };
  }
}

package dev.sluice.perf.load;

import java.io.IOException;

/** How a participant's offer gets to a server. Blocks; called on virtual threads. */
interface Signalling {
  /**
   * Exchanges the descriptions.
   *
   * @param name of the participant
   * @throws IOException when the server refuses or is not there
   */
  Session open(String room, String name, Offer offer, String sdp) throws IOException;

  /** What lasts until the participant leaves. */
  interface Session {
    /** The server's answer. */
    Answer answer();

    /** Leaves. */
    void close();
  }
}

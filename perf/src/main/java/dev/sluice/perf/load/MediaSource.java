package dev.sluice.perf.load;

/** A stream that a participant publishes. Owner: the loop. */
sealed interface MediaSource permits VideoSource, AudioSource {
  /** When its next packet leaves. */
  long dueNanos();

  /** Makes the packets that are due and gives them to the participant. */
  void handleDue(LoadPeer peer, long nowNanos);

  /** The media's SSRC. */
  int ssrc();

  /** The server asks for a packet again. */
  void handleNack(LoadPeer peer, int sequence);

  /** The server asks for a keyframe. */
  void handleKeyframeRequest();

  /** From now on it sends; what was due before is not made up for. */
  void start(long nowNanos);

  /** Sends nothing until it is started again. */
  void stop();

  /** The RTP timestamp of an instant. */
  long timestamp(long nanos);

  long packetsSent();

  long octetsSent();
}

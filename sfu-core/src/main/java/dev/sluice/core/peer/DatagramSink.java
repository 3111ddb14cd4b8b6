package dev.sluice.core.peer;

/**
 * Where a peer's finished datagrams go. Called on the worker that owns the room; must not block.
 */
public interface DatagramSink {
  /** Takes all datagrams of the batch; the caller clears it afterwards. */
  void send(DatagramBatch batch);
}

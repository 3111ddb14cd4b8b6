package dev.sluice.transport.pipeline;

import dev.sluice.transport.tcp.TcpConnection;
import dev.sluice.transport.tcp.TcpReceiver;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A path by TCP: one connection, equal to no other. */
final class TcpPath implements PeerPath, TcpReceiver {
  private final TcpConnection connection;
  private final MediaWorker acceptedBy;
  private final DatagramRouter router;
  private final AtomicReference<@Nullable PeerEndpoint> peer = new AtomicReference<>();

  /** Who flushes what was written last. */
  private final AtomicReference<@Nullable WorkerSockets> unflushed = new AtomicReference<>();

  TcpPath(TcpConnection connection, MediaWorker acceptedBy, DatagramRouter router) {
    this.connection = connection;
    this.acceptedBy = acceptedBy;
    this.router = router;
  }

  TcpConnection connection() {
    return connection;
  }

  @Override
  public @Nullable PeerEndpoint peer() {
    return peer.get();
  }

  @Override
  public void claim(PeerEndpoint next) {
    peer.set(next);
    connection.prove();
  }

  @Override
  public void release(PeerEndpoint former) {
    if (peer.compareAndSet(former, null)) {
      connection.release();
    }
  }

  @Override
  public void onFrame(ByteBuf content) {
    router.onFrame(acceptedBy, this, content);
  }

  @Override
  public void onClosed() {
    PeerEndpoint owner = peer.get();
    if (owner != null) {
      owner.handleClosed(this);
    }
  }

  /**
   * Something was written; true when its writer has to flush it. With two writers, a room's owner
   * and a lane, each flushes its own: the write of one may still be under way to the connection's
   * loop when the other one flushes.
   */
  boolean markUnflushed(WorkerSockets by) {
    return unflushed.getAndSet(by) != by;
  }

  void flush() {
    // Before the flush: what is written after this is marked again.
    unflushed.set(null);
    connection.flush();
  }
}

package dev.sluice.transport.tcp;

import dev.sluice.core.peer.DatagramBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection of a client: frames out, and how long it may live. Writing never blocks and
 * never queues more than {@link TcpLimits#queueBytes()}: what does not fit is dropped, whole frames
 * at a time, so that the stream can still be read.
 *
 * <p>Its reading side is owned by the loop that accepted it; the methods of this class may be
 * called by any thread, unless they say otherwise.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the void promise: failures come to exceptionCaught
public final class TcpConnection {
  /** A client sends its first check at once; a slow network may take some tries. */
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Clients check a path that they use every few seconds, one in reserve every half minute. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Enough for a goodbye on the DTLS session that has ended. */
  private static final long RELEASE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Of the queue, for STUN and DTLS alone: media must not starve consent. */
  static final int CONTROL_BYTES = 16 * 1024;

  private final Channel channel;
  private final InetSocketAddress remote;
  private final AtomicReference<@Nullable TcpCloseReason> closeReason = new AtomicReference<>();

  private volatile State state = State.UNPROVEN;

  /** Something has happened since the last {@link #sweep}. */
  private volatile boolean touched = true;

  /** As of the sweep that last found it touched; owner: the loop. */
  private long touchedNanos;

  private enum State {
    UNPROVEN,
    PROVEN,
    RELEASED
  }

  TcpConnection(Channel channel, InetSocketAddress remote) {
    this.channel = channel;
    this.remote = remote;
  }

  /** The client's address. */
  public InetSocketAddress remote() {
    return remote;
  }

  /** A check has come that proves whose connection it is. */
  public void prove() {
    state = State.PROVEN;
    touched = true;
  }

  /** Whether its first frame is still to come, or has proved nothing. */
  public boolean isUnproven() {
    return state == State.UNPROVEN;
  }

  /** Nobody's any more: closes it after a moment, unless another check proves it again. */
  public void release() {
    state = State.RELEASED;
    touched = true;
  }

  /**
   * Queues a batch; {@link #flush()} sends it.
   *
   * @return how many datagrams were dropped, because the queue is full: the last ones
   */
  public int write(DatagramBatch batch) {
    long room = channel.bytesBeforeUnwritable() - CONTROL_BYTES;
    int fitting = 0;
    int bytes = 0;
    while (fitting < batch.count()
        && bytes + FrameReader.LENGTH_BYTES + batch.length(fitting) <= room) {
      bytes += FrameReader.LENGTH_BYTES + batch.length(fitting++);
    }
    if (fitting > 0) {
      ByteBuf frames = PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
      int offset = 0;
      for (int i = 0; i < fitting; i++) {
        int length = batch.length(i);
        frames.writeShort(length).writeBytes(batch.buffer(), offset, length);
        offset += length;
      }
      channel.write(frames, channel.voidPromise());
    }
    return batch.count() - fitting;
  }

  /**
   * Queues one datagram of ICE or DTLS; {@link #flush()} sends it.
   *
   * @return how many were dropped: 0 or 1
   */
  public int write(byte[] datagram) {
    int bytes = FrameReader.LENGTH_BYTES + datagram.length;
    if (bytes > channel.bytesBeforeUnwritable()) {
      return 1;
    }
    ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
    frame.writeShort(datagram.length).writeBytes(datagram);
    channel.write(frame, channel.voidPromise());
    return 0;
  }

  /** Sends what is queued, as far as the client takes it. */
  public void flush() {
    channel.flush();
  }

  /** Closes it; what is queued is dropped. The first reason counts. */
  public void close(TcpCloseReason why) {
    if (closeReason.compareAndSet(null, why)) {
      channel.close();
    }
  }

  /** Why it was closed from this side, if it was. */
  TcpCloseReason whyClosed() {
    TcpCloseReason why = closeReason.get();
    return why == null ? TcpCloseReason.LOST : why;
  }

  /** Whether it was closed from this side. */
  boolean isClosing() {
    return closeReason.get() != null;
  }

  /** On its loop: a frame has come. */
  void frameCame() {
    if (state == State.PROVEN && !touched) {
      touched = true;
    }
  }

  /** On its loop, once a second: closes it when its time is over. */
  void sweep(long nowNanos) {
    if (touched) {
      touched = false;
      touchedNanos = nowNanos;
      return;
    }
    long silentNanos = nowNanos - touchedNanos;
    switch (state) {
      case UNPROVEN -> closeAfter(CHECK_NANOS, silentNanos, TcpCloseReason.NO_CHECK);
      case PROVEN -> closeAfter(IDLE_NANOS, silentNanos, TcpCloseReason.IDLE);
      case RELEASED -> closeAfter(RELEASE_NANOS, silentNanos, TcpCloseReason.RELEASED);
    }
  }

  private void closeAfter(long limitNanos, long silentNanos, TcpCloseReason why) {
    if (silentNanos >= limitNanos) {
      close(why);
    }
  }
}

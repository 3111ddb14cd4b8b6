package dev.sluice.transport.dtls;

import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the socket that Bouncy Castle wants: a bounded queue in one direction, the session's
 * sender in the other. Any thread offers, without a lock, so that a media worker never waits; only
 * the session's thread receives.
 *
 * <p>Bouncy Castle sends each record by itself. Here the records of a flight share a datagram (RFC
 * 6347 §4.1.1): five that all have to arrive do so one time in three on a link that loses a fifth.
 */
final class DatagramQueue implements DatagramTransport {
  /** The server's flights fit any path that carries WebRTC. */
  private static final int SEND_LIMIT = 1_200;

  /**
   * During the handshake nobody waits longer for the peer. Bouncy Castle doubles the wait with each
   * flight that it sends again, also one for which the peer has asked: on a link that loses a
   * quarter, who wants to join would soon wait for seconds.
   */
  private static final int MAX_HANDSHAKE_WAIT_MILLIS = 400;

  private final DtlsServerSession.DatagramSender out;
  private final int capacity;
  private final long repeatAfterNanos;
  private final ConcurrentLinkedQueue<byte[]> datagrams = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final CipherChangeGate gate = new CipherChangeGate();
  private final byte[] flight = new byte[SEND_LIMIT];
  private int flightLength;
  private @Nullable LastFlight lastFlight;
  private volatile @Nullable Thread receiver;
  private volatile boolean closed;
  private volatile boolean established;

  /**
   * @param capacity how many datagrams of the peer may wait
   * @param repeatAfterNanos until the flight that ends the handshake is sent once more
   */
  DatagramQueue(DtlsServerSession.DatagramSender out, int capacity, long repeatAfterNanos) {
    this.out = out;
    this.capacity = capacity;
    this.repeatAfterNanos = repeatAfterNanos;
  }

  /** Queues a copy. False if the queue is full or closed. */
  boolean offer(byte[] b, int offset, int length) {
    if (closed) {
      return false;
    }
    if (queued.incrementAndGet() > capacity) {
      queued.decrementAndGet();
      return false;
    }
    datagrams.add(Arrays.copyOfRange(b, offset, offset + length));
    LockSupport.unpark(receiver);
    return true;
  }

  /** The calling thread is the one that receives from now on. */
  void receiveOnThisThread() {
    receiver = Thread.currentThread();
  }

  /** The handshake is complete: from now on, closing is no failure. */
  void established() {
    if (flightLength > 0) {
      byte[] last = Arrays.copyOf(flight, flightLength);
      lastFlight = new LastFlight(last, repeatAfterNanos, System.nanoTime());
    }
    flush();
    established = true;
  }

  /**
   * Waits for a datagram, as {@code DatagramReceiver} has it.
   *
   * @param waitMillis zero waits for ever
   * @return its length, or -1 when the time is over: during the handshake the sign to send the
   *     flight again
   */
  @Override
  public int receive(byte[] buffer, int offset, int length, int waitMillis)
      throws InterruptedIOException, TlsFatalAlert {
    flush();
    int longestMillis = established ? waitMillis : Math.min(waitMillis, MAX_HANDSHAKE_WAIT_MILLIS);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(longestMillis);
    while (true) {
      if (closed) {
        throw closedException();
      }
      byte[] datagram = datagrams.poll();
      if (datagram != null) {
        queued.decrementAndGet();
        noteArrival(datagram);
        int admitted = Math.min(length, gate.admit(datagram));
        if (admitted == 0) {
          continue;
        }
        System.arraycopy(datagram, 0, buffer, offset, admitted);
        return admitted;
      }
      long now = System.nanoTime();
      long remaining = longestMillis == 0 ? Long.MAX_VALUE : deadline - now;
      if (remaining <= 0) {
        return -1;
      }
      long waitNanos = Math.min(remaining, repeatLastFlight(now));
      if (waitNanos == Long.MAX_VALUE) {
        LockSupport.park(this); // as most sessions do most of the time: without a timer
      } else {
        LockSupport.parkNanos(this, waitNanos);
      }
    }
  }

  /** Returns for how long there is nothing to repeat. */
  private long repeatLastFlight(long nowNanos) {
    if (lastFlight == null) {
      return Long.MAX_VALUE;
    }
    lastFlight.repeat(out, nowNanos);
    return lastFlight.leftNanos(nowNanos);
  }

  /** Only a peer whose handshake is complete has application data to send. */
  private void noteArrival(byte[] datagram) {
    if (lastFlight != null
        && DtlsRecordFilter.contentType(datagram, 0) == DtlsRecordFilter.APPLICATION_DATA) {
      lastFlight.arrived();
    }
  }

  /**
   * Of all exceptions, the record layer passes this one on without an alert, so that the session
   * can still send close_notify. During the handshake a fatal alert tells the peer what happened.
   */
  private InterruptedIOException closedException() throws TlsFatalAlert {
    if (!established) {
      throw new TlsFatalAlert(AlertDescription.user_canceled);
    }
    return new InterruptedIOException("the session is closed");
  }

  /**
   * Sends a record; what the session's own thread sends leaves when that thread waits for the peer.
   */
  @Override
  public void send(byte[] b, int offset, int length) {
    if (!Thread.currentThread().equals(receiver)) {
      out.send(b, offset, length);
      return;
    }
    if (flightLength + length > flight.length) {
      flush();
    }
    System.arraycopy(b, offset, flight, flightLength, length);
    flightLength += length;
  }

  private void flush() {
    if (flightLength > 0) {
      out.send(flight, 0, flightLength);
      flightLength = 0;
    }
  }

  @Override
  public int getReceiveLimit() {
    return DtlsRecordFilter.MAX_DATAGRAM_LENGTH;
  }

  @Override
  public int getSendLimit() {
    return SEND_LIMIT;
  }

  boolean isClosed() {
    return closed;
  }

  /** From any thread; whoever receives stops waiting. Also Bouncy Castle's way to hang up. */
  @Override
  public void close() {
    if (Thread.currentThread().equals(receiver)) {
      flush();
    }
    closed = true;
    LockSupport.unpark(receiver);
  }
}

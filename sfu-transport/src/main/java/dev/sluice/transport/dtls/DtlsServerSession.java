package dev.sluice.transport.dtls;

import dev.sluice.core.sdp.RemoteTransport.Fingerprint;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer's DTLS association, the server's side (RFC 6347, RFC 5764): a handshake that gives SRTP
 * keys, then application data until one end closes. Bouncy Castle blocks, so all of it runs on a
 * virtual thread, which stays after the handshake: a lost final flight is sent again, unasked for
 * the first second, and alerts and close_notify are heard.
 *
 * <p>Start a session only after a connectivity check of its peer succeeded: that, and not a cookie,
 * is the proof of address. Browsers send a ClientHello in two datagrams, which Bouncy Castle's
 * HelloVerifyRequest does not survive. What arrives earlier may be offered already; it waits.
 *
 * <p>{@link #offer}, {@link #start} and {@link #close} may be called from any thread. The listener
 * is called on the session's thread.
 */
public final class DtlsServerSession {
  private static final Logger LOG = LoggerFactory.getLogger(DtlsServerSession.class);

  private final SrtpTlsServer server;
  private final DatagramQueue datagrams;
  private final Listener listener;
  private final DtlsLimits limits;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicInteger handshakeDatagrams = new AtomicInteger();
  private final Thread thread;
  private volatile @Nullable DTLSTransport transport;

  /**
   * @param name of the peer, for the name of the thread
   * @param expected hashes of the client's certificate; one of them has to match
   * @param profiles that may be chosen, the server's favourite first
   * @param out takes the datagrams for the peer
   */
  public DtlsServerSession(
      String name,
      DtlsCertificate certificate,
      List<Fingerprint> expected,
      List<SrtpProfile> profiles,
      DatagramSender out,
      Listener listener,
      DtlsLimits limits) {
    this.server =
        new SrtpTlsServer(certificate, List.copyOf(expected), List.copyOf(profiles), limits);
    this.datagrams =
        new DatagramQueue(out, limits.queuedDatagrams(), limits.repeatInterval().toNanos());
    this.listener = listener;
    this.limits = limits;
    this.thread = Thread.ofVirtual().name("dtls-" + name).unstarted(this::run);
  }

  /**
   * Takes in a datagram of the peer. The bytes are copied; never blocks.
   *
   * @return false if it was dropped: not DTLS, hostile, or more than there is room for
   */
  public boolean offer(byte[] datagram, int offset, int length) {
    if (!DtlsRecordFilter.accepts(datagram, offset, length)) {
      return false;
    }
    if (transport == null && handshakeDatagrams.incrementAndGet() > limits.handshakeDatagrams()) {
      handshakeDatagrams.decrementAndGet();
      return false;
    }
    return datagrams.offer(datagram, offset, length);
  }

  /** Begins the handshake. Only the first call counts. */
  public void start() {
    if (!closing.get() && started.compareAndSet(false, true)) {
      thread.start();
    }
  }

  /**
   * Sends application data, split as the caller wants it: one call, one record.
   *
   * @return false if the handshake is not complete, the session closed, or the data too long
   */
  public boolean send(byte[] data, int offset, int length) {
    DTLSTransport established = transport;
    if (established == null || datagrams.isClosed()) {
      return false;
    }
    try {
      if (length > established.getSendLimit()) {
        return false;
      }
      established.send(data, offset, length);
      return true;
    } catch (IOException e) {
      LOG.debug("DTLS session could not send", e);
      return false;
    }
  }

  /** Ends the session; the peer is told. Returns at once. */
  public void close() {
    closing.set(true);
    datagrams.close();
    // For the wait for a permit; other waits see that the queue is closed.
    thread.interrupt();
  }

  private void run() {
    datagrams.receiveOnThisThread();
    try {
      DTLSTransport established = handshake();
      if (established != null) {
        transport = established;
        receive(established);
      }
    } finally {
      datagrams.close();
    }
  }

  /** Null if there is nothing to go on with; the listener knows then. */
  private @Nullable DTLSTransport handshake() {
    try {
      if (!limits
          .handshakes()
          .tryAcquire(limits.handshakeTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
        listener.onFailed("too many handshakes at a time");
        return null;
      }
    } catch (InterruptedException e) {
      listener.onClosed();
      return null;
    }
    String failure;
    try {
      return new DTLSServerProtocol().accept(server, datagrams);
    } catch (TlsTimeoutException e) {
      failure = "the handshake took longer than " + limits.handshakeTimeout().toMillis() + " ms";
    } catch (IOException | RuntimeException e) {
      LOG.debug("DTLS handshake failed", e);
      failure = String.valueOf(e.getMessage());
    } finally {
      limits.handshakes().release();
    }
    if (closing.get()) {
      listener.onClosed();
    } else {
      listener.onFailed(failure);
    }
    return null;
  }

  private void receive(DTLSTransport established) {
    try {
      datagrams.established();
      listener.onKeys(Objects.requireNonNull(server.keys(), "a complete handshake has keys"));
      byte[] buffer = new byte[established.getReceiveLimit()];
      while (true) {
        int length = established.receive(buffer, 0, buffer.length, 0);
        if (length > 0) {
          listener.onApplicationData(buffer, 0, length);
        }
      }
    } catch (InterruptedIOException e) {
      // How the queue says that this end, or the peer's close_notify, has closed it.
      LOG.debug("DTLS session closed");
    } catch (IOException e) {
      LOG.debug("DTLS session ended by an alert", e);
    } finally {
      hangUp(established);
      listener.onClosed();
    }
  }

  private static void hangUp(DTLSTransport established) {
    try {
      established.close();
    } catch (IOException e) {
      LOG.debug("DTLS session could not send close_notify", e);
    }
  }

  /** Where datagrams for the peer go. Called on the session's thread, or by {@link #send}. */
  @FunctionalInterface
  public interface DatagramSender {
    /** Sends a copy of these bytes. Must not block, and must not keep the array. */
    void send(byte[] datagram, int offset, int length);
  }

  /**
   * What becomes of a session. The last call is {@link #onFailed} or {@link #onClosed}, once. A
   * session that was never started calls nothing.
   */
  public interface Listener {
    /** The handshake is complete and the peer is who the SDP says. At most once, and first. */
    void onKeys(SrtpKeys keys);

    /** There will be no keys. Not called if the session was closed by its owner. */
    void onFailed(String why);

    /** The session is over, by either end. */
    void onClosed();

    /** One record's data. The array is reused after the call. */
    void onApplicationData(byte[] data, int offset, int length);
  }
}

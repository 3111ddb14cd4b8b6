package dev.sluice.transport.dtls;

import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/**
 * One handshake in memory, against a client that lives for nothing else. The first handshake of a
 * JVM loads most of Bouncy Castle and computes its tables; so the server rehearses it before a
 * participant has to wait for that.
 */
public final class DtlsRehearsal {
  private static final SrtpProfile PROFILE = SrtpProfile.AEAD_AES_128_GCM;
  private static final int PATIENCE_SECONDS = 15;
  private static final int DATAGRAM_BYTES = 1_200;

  private DtlsRehearsal() {}

  /**
   * Blocks until the handshake is done: call it on a virtual thread.
   *
   * @return keys that protect nothing
   */
  public static SrtpKeys run(DtlsCertificate certificate) {
    Link link = new Link();
    CompletableFuture<SrtpKeys> keys = new CompletableFuture<>();
    DtlsServerSession session =
        new DtlsServerSession(
            "rehearsal",
            certificate,
            List.of(certificate.fingerprint()),
            List.of(PROFILE),
            (datagram, offset, length) ->
                link.toClient.add(Arrays.copyOfRange(datagram, offset, offset + length)),
            new Result(keys),
            DtlsLimits.withConcurrentHandshakes(1));
    link.server = session;
    session.start();
    try {
      new DTLSClientProtocol().connect(new Client(certificate), link).close();
      return keys.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (IOException | ExecutionException | TimeoutException failure) {
      throw new IllegalStateException("a handshake in memory can always be made", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    } finally {
      session.close();
    }
  }

  private record Result(CompletableFuture<SrtpKeys> keys) implements DtlsServerSession.Listener {
    @Override
    public void onKeys(SrtpKeys agreed) {
      keys.complete(agreed);
    }

    @Override
    public void onFailed(String why) {
      keys.completeExceptionally(new IllegalStateException(why));
    }

    @Override
    public void onClosed() {
      keys.completeExceptionally(new IllegalStateException("closed before there were keys"));
    }

    @Override
    public void onApplicationData(byte[] data, int offset, int length) {
      // The client sends none.
    }
  }

  /** The client's end of a wire that loses nothing. */
  private static final class Link implements DatagramTransport {
    private final LinkedBlockingQueue<byte[]> toClient = new LinkedBlockingQueue<>();
    private @Nullable DtlsServerSession server;

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis)
        throws InterruptedIOException {
      try {
        byte[] datagram = toClient.poll(waitMillis, TimeUnit.MILLISECONDS);
        if (datagram == null) {
          return -1;
        }
        System.arraycopy(datagram, 0, buffer, offset, datagram.length);
        return datagram.length;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }

    @Override
    public void send(byte[] datagram, int offset, int length) {
      if (server != null) {
        server.offer(datagram, offset, length);
      }
    }

    @Override
    public int getReceiveLimit() {
      return DtlsRecordFilter.MAX_DATAGRAM_LENGTH;
    }

    @Override
    public int getSendLimit() {
      return DATAGRAM_BYTES;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  /** Offers what a browser offers, and shows the server its own certificate. */
  private static final class Client extends DefaultTlsClient {
    private final DtlsCertificate certificate;

    Client(DtlsCertificate certificate) {
      super(certificate.crypto());
      this.certificate = certificate;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
      return ProtocolVersion.DTLSv12.only();
    }

    @Override
    @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's interface
    public Hashtable getClientExtensions() throws IOException {
      Hashtable extensions = super.getClientExtensions();
      TlsSRTPUtils.addUseSRTPExtension(
          extensions, new UseSRTPData(new int[] {PROFILE.id()}, TlsUtils.EMPTY_BYTES));
      return extensions;
    }

    @Override
    public TlsAuthentication getAuthentication() {
      return new TlsAuthentication() {
        @Override
        public void notifyServerCertificate(TlsServerCertificate serverCertificate) {
          // It is the one that was just handed in.
        }

        @Override
        public TlsCredentials getClientCredentials(CertificateRequest request) {
          return certificate.signer(context);
        }
      };
    }
  }
}

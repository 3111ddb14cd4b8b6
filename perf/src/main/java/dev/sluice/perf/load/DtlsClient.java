package dev.sluice.perf.load;

import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a DTLS-SRTP handshake (RFC 5764), on a virtual thread. Checks the server's
 * certificate against the fingerprint of its answer.
 */
final class DtlsClient {
  private static final int MAX_DATAGRAM = 1500;
  private static final int MTU = 1200;
  private static final int HANDSHAKE_TIMEOUT_MILLIS = 30_000;
  private static final int RESEND_MILLIS = 400;
  private static final int QUEUE = 64;

  private final BlockingQueue<byte[]> inbound = new LinkedBlockingQueue<>(QUEUE);
  private final CompletableFuture<SrtpKeys> keys = new CompletableFuture<>();
  private final ClientCertificate certificate;
  private final List<SrtpProfile> profiles;
  private final String fingerprint;
  private final Out out;
  private volatile @Nullable DTLSTransport transport;

  /** Where its datagrams go. Called on its thread. */
  interface Out {
    void send(byte[] datagram, int length);
  }

  /**
   * @param fingerprint SHA-256 of the server's certificate, with colons
   */
  DtlsClient(
      ClientCertificate certificate, List<SrtpProfile> profiles, String fingerprint, Out out) {
    this.certificate = certificate;
    this.profiles = profiles;
    this.fingerprint = fingerprint;
    this.out = out;
  }

  /** Begins the handshake; its result is the keys. */
  CompletableFuture<SrtpKeys> start() {
    Thread.ofVirtual().name("dtls-client").start(this::run);
    return keys;
  }

  /** A DTLS datagram has come. Any thread. */
  void handle(byte[] datagram, int length) {
    // A full queue loses it, as the network might.
    boolean ignored = inbound.offer(Arrays.copyOf(datagram, length));
  }

  /** Says goodbye, so that the server need not wait for a timeout. */
  void close() {
    DTLSTransport established = transport;
    if (established != null) {
      try {
        established.close();
      } catch (IOException gone) {
        // So is the server.
      }
    }
  }

  private void run() {
    try {
      Client client = new Client();
      transport = new DTLSClientProtocol().connect(client, new Link());
      keys.complete(Objects.requireNonNull(client.keys, "the server chose no SRTP profile"));
    } catch (IOException | RuntimeException failure) {
      keys.completeExceptionally(failure);
    }
  }

  private final class Link implements DatagramTransport {
    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis)
        throws InterruptedIOException {
      try {
        byte[] datagram = inbound.poll(waitMillis, TimeUnit.MILLISECONDS);
        if (datagram == null) {
          return -1;
        }
        int size = Math.min(length, datagram.length);
        System.arraycopy(datagram, 0, buffer, offset, size);
        return size;
      } catch (InterruptedException interrupted) {
        throw new InterruptedIOException("interrupted");
      }
    }

    @Override
    public void send(byte[] b, int offset, int length) {
      out.send(Arrays.copyOfRange(b, offset, offset + length), length);
    }

    @Override
    public int getReceiveLimit() {
      return MAX_DATAGRAM;
    }

    @Override
    public int getSendLimit() {
      return MTU;
    }

    @Override
    public void close() {}
  }

  @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's interface
  private final class Client extends DefaultTlsClient {
    @Nullable SrtpKeys keys;
    private @Nullable SrtpProfile chosen;

    Client() {
      super(certificate.crypto());
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
      return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
      return new int[] {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
      };
    }

    @Override
    public int getHandshakeTimeoutMillis() {
      return HANDSHAKE_TIMEOUT_MILLIS;
    }

    @Override
    public int getHandshakeResendTimeMillis() {
      return RESEND_MILLIS;
    }

    @Override
    public Hashtable getClientExtensions() throws IOException {
      Hashtable extensions = super.getClientExtensions();
      int[] ids = profiles.stream().mapToInt(SrtpProfile::id).toArray();
      TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(ids, TlsUtils.EMPTY_BYTES));
      return extensions;
    }

    @Override
    public void processServerExtensions(Hashtable serverExtensions) throws IOException {
      super.processServerExtensions(serverExtensions);
      UseSRTPData data = TlsSRTPUtils.getUseSRTPExtension(serverExtensions);
      chosen = data == null ? null : SrtpProfile.byId(data.getProtectionProfiles()[0]);
    }

    @Override
    public TlsAuthentication getAuthentication() {
      return new TlsAuthentication() {
        @Override
        public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
          byte[] encoded = server.getCertificate().getCertificateAt(0).getEncoded();
          if (!ClientCertificate.sha256(encoded).equals(fingerprint.toUpperCase(Locale.ROOT))) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate);
          }
        }

        @Override
        public TlsCredentials getClientCredentials(CertificateRequest request) {
          return certificate.signer(context);
        }
      };
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
      super.notifyHandshakeComplete();
      SrtpProfile profile = chosen;
      if (profile == null) {
        throw new TlsFatalAlert(AlertDescription.handshake_failure);
      }
      byte[] material =
          context.exportKeyingMaterial(
              ExporterLabel.dtls_srtp, null, SrtpKeys.exporterLength(profile));
      keys = SrtpKeys.fromExporter(profile, material);
    }
  }
}

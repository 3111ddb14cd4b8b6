package dev.sluice.transport.dtls;

import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.jspecify.annotations.Nullable;

/** A DTLS client as a browser is one, on a virtual thread, over whatever link the test lays. */
public final class TestClient {
  public static final DtlsCertificate CERTIFICATE =
      DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH);

  /** Where the client's datagrams go; the link. */
  public interface Out {
    void send(byte[] datagram);
  }

  public final CompletableFuture<SrtpKeys> keys = new CompletableFuture<>();
  final CompletableFuture<DTLSTransport> transport = new CompletableFuture<>();

  /** Completed by an exception, or by the server's close_notify. */
  public final CompletableFuture<IOException> ended = new CompletableFuture<>();

  private final BlockingQueue<byte[]> inbound = new LinkedBlockingQueue<>();
  private final Out out;
  private final Client client;

  public TestClient(List<SrtpProfile> offered, Out out) {
    this(offered, out, CERTIFICATE.crypto());
  }

  TestClient(List<SrtpProfile> offered, Out out, TlsCrypto crypto) {
    this.out = out;
    this.client = new Client(crypto, offered);
  }

  /** Shows no certificate although the server asks for one. */
  TestClient withoutCertificate() {
    client.hasCertificate = false;
    return this;
  }

  TestClient withoutExtendedMasterSecret() {
    client.extendedMasterSecret = false;
    return this;
  }

  TestClient withRetransmitAfterMillis(int millis) {
    client.retransmitAfterMillis = millis;
    return this;
  }

  TestClient withCipherSuites(int... suites) {
    client.suites = suites;
    return this;
  }

  public TestClient start() {
    Thread.ofVirtual().name("test-client").start(this::run);
    return this;
  }

  public void receive(byte[] datagram, int offset, int length) {
    inbound.add(Arrays.copyOfRange(datagram, offset, offset + length));
  }

  private void run() {
    try {
      DTLSTransport established = new DTLSClientProtocol().connect(client, new Link());
      transport.complete(established);
      keys.complete(Objects.requireNonNull(client.keys));
      byte[] buffer = new byte[established.getReceiveLimit()];
      while (true) {
        established.receive(buffer, 0, buffer.length, 60_000);
      }
    } catch (IOException e) {
      ended.complete(e);
      keys.completeExceptionally(e);
    } catch (RuntimeException e) {
      ended.completeExceptionally(e);
      keys.completeExceptionally(e);
    }
  }

  private final class Link implements DatagramTransport {
    private volatile boolean closed;

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis)
        throws InterruptedIOException {
      if (closed) {
        throw new InterruptedIOException("closed");
      }
      try {
        byte[] datagram = inbound.poll(waitMillis, TimeUnit.MILLISECONDS);
        if (datagram == null) {
          return -1;
        }
        System.arraycopy(datagram, 0, buffer, offset, datagram.length);
        return datagram.length;
      } catch (InterruptedException e) {
        throw new InterruptedIOException("interrupted");
      }
    }

    @Override
    public void send(byte[] b, int offset, int length) {
      out.send(Arrays.copyOfRange(b, offset, offset + length));
    }

    @Override
    public int getReceiveLimit() {
      return 1500;
    }

    @Override
    public int getSendLimit() {
      return 1200;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's interface
  private static final class Client extends DefaultTlsClient {
    private final List<SrtpProfile> offered;
    @Nullable SrtpKeys keys;
    boolean hasCertificate = true;
    int retransmitAfterMillis = 50;
    boolean extendedMasterSecret = true;
    int[] suites = {
      CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
      CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    };
    private @Nullable SrtpProfile chosen;

    Client(TlsCrypto crypto, List<SrtpProfile> offered) {
      super(crypto);
      this.offered = offered;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
      return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
      return suites;
    }

    @Override
    public boolean shouldUseExtendedMasterSecret() {
      return extendedMasterSecret;
    }

    @Override
    public int getHandshakeTimeoutMillis() {
      return 60_000;
    }

    @Override
    public int getHandshakeResendTimeMillis() {
      return retransmitAfterMillis;
    }

    @Override
    public Hashtable getClientExtensions() throws IOException {
      Hashtable extensions = super.getClientExtensions();
      if (!offered.isEmpty()) {
        int[] ids = offered.stream().mapToInt(SrtpProfile::id).toArray();
        TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(ids, TlsUtils.EMPTY_BYTES));
      }
      return extensions;
    }

    @Override
    public void processServerExtensions(Hashtable serverExtensions) throws IOException {
      super.processServerExtensions(serverExtensions);
      UseSRTPData data = TlsSRTPUtils.getUseSRTPExtension(serverExtensions);
      chosen = SrtpProfile.byId(data.getProtectionProfiles()[0]);
    }

    @Override
    public TlsAuthentication getAuthentication() {
      return new TlsAuthentication() {
        @Override
        public void notifyServerCertificate(TlsServerCertificate serverCertificate) {}

        @Override
        public @Nullable TlsCredentials getClientCredentials(CertificateRequest request) {
          return hasCertificate ? CERTIFICATE.signer(context) : null;
        }
      };
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
      super.notifyHandshakeComplete();
      SrtpProfile profile = Objects.requireNonNull(chosen);
      keys =
          SrtpKeys.fromExporter(
              profile,
              context.exportKeyingMaterial(
                  ExporterLabel.dtls_srtp, null, SrtpKeys.exporterLength(profile)));
    }
  }
}

package dev.sluice.transport.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.modes.AEADBlockCipher;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.gcm.BasicGCMMultiplier;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * Bouncy Castle's own cryptography, the fastest for a handshake, but for two things. Handshake
 * fragments that come encrypted are held to the limits of {@link DtlsRecordFilter} too: a peer that
 * is let in, but hostile, could otherwise have the reassembler allocate through its Finished. And
 * GCM does without its tables, 18 KB for each participant: a Finished and an alert is all that is
 * ever encrypted here.
 */
final class GuardedCrypto extends BcTlsCrypto {
  GuardedCrypto(SecureRandom random) {
    super(random);
  }

  @Override
  public TlsCipher createCipher(
      TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
      throws IOException {
    return new GuardedCipher(super.createCipher(parameters, encryptionAlgorithm, macAlgorithm));
  }

  @Override
  protected AEADBlockCipher createGCMMode(BlockCipher engine) {
    return GCMBlockCipher.newInstance(engine, new BasicGCMMultiplier());
  }

  private static final class GuardedCipher implements TlsCipher {
    private final TlsCipher cipher;

    GuardedCipher(TlsCipher cipher) {
      this.cipher = cipher;
    }

    @Override
    public TlsDecodeResult decodeCiphertext(
        long sequence,
        short recordType,
        ProtocolVersion version,
        byte[] ciphertext,
        int offset,
        int length)
        throws IOException {
      TlsDecodeResult decoded =
          cipher.decodeCiphertext(sequence, recordType, version, ciphertext, offset, length);
      if (decoded.contentType == ContentType.handshake
          && DtlsRecordFilter.handshakeFragments(decoded.buf, decoded.off, decoded.len) < 0) {
        // The record layer drops a record for this alert and goes on; it tells the peer nothing.
        throw new TlsFatalAlert(AlertDescription.bad_record_mac);
      }
      return decoded;
    }

    @Override
    public TlsEncodeResult encodePlaintext(
        long sequence,
        short contentType,
        ProtocolVersion version,
        int headerAllocation,
        byte[] plaintext,
        int offset,
        int length)
        throws IOException {
      return cipher.encodePlaintext(
          sequence, contentType, version, headerAllocation, plaintext, offset, length);
    }

    @Override
    public int getCiphertextDecodeLimit(int plaintextLimit) {
      return cipher.getCiphertextDecodeLimit(plaintextLimit);
    }

    @Override
    public int getCiphertextEncodeLimit(int plaintextLimit) {
      return cipher.getCiphertextEncodeLimit(plaintextLimit);
    }

    @Override
    public int getPlaintextDecodeLimit(int ciphertextLimit) {
      return cipher.getPlaintextDecodeLimit(ciphertextLimit);
    }

    @Override
    public int getPlaintextEncodeLimit(int ciphertextLimit) {
      return cipher.getPlaintextEncodeLimit(ciphertextLimit);
    }

    @Override
    public void rekeyDecoder() throws IOException {
      cipher.rekeyDecoder();
    }

    @Override
    public void rekeyEncoder() throws IOException {
      cipher.rekeyEncoder();
    }

    @Override
    public boolean usesOpaqueRecordTypeDecode() {
      return cipher.usesOpaqueRecordTypeDecode();
    }

    @Override
    public boolean usesOpaqueRecordTypeEncode() {
      return cipher.usesOpaqueRecordTypeEncode();
    }
  }
}

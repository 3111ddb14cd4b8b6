package dev.sluice.transport.dtls;

/**
 * Holds back the client's ChangeCipherSpec until its CertificateVerify has passed. Bouncy Castle
 * takes the new epoch as soon as the key exchange is known, and from then on drops what comes in
 * the old one: were the CertificateVerify lost alone, no retransmission of it would be heard, and
 * the handshake would stand still. A ChangeCipherSpec held back costs one retransmission.
 *
 * <p>Owned by the session's thread. Sees only datagrams that {@link DtlsRecordFilter} accepted.
 */
final class CipherChangeGate {
  private static final int CERTIFICATE_VERIFY = 15;

  private boolean open;

  /** How many octets of the datagram may be processed now; whole records, possibly none. */
  int admit(byte[] datagram) {
    int record = 0;
    while (!open && record < datagram.length) {
      int type = DtlsRecordFilter.contentType(datagram, record);
      if (type == DtlsRecordFilter.CHANGE_CIPHER_SPEC) {
        return record;
      }
      open =
          type == DtlsRecordFilter.HANDSHAKE
              && DtlsRecordFilter.epoch(datagram, record) == 0
              && DtlsRecordFilter.endsMessage(datagram, record, CERTIFICATE_VERIFY);
      record = DtlsRecordFilter.nextRecord(datagram, record);
    }
    return datagram.length;
  }
}

package dev.sluice.transport.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("S4")
class DtlsRecordFilterTest {
  /** Inside the replay window of a client that begins with 0. */
  private static final int SEQUENCE = 40;

  @ParameterizedTest
  @CsvSource({
    "100, 0, 100, true",
    "100, 40, 60, true",
    "100, 0, 0, true",
    "16384, 0, 1000, true",
    "16384, 16383, 1, true",
    "16385, 0, 1000, false",
    "16777215, 0, 20, false",
    "100, 90, 20, false",
    "100, 16777215, 20, false",
    "19, 0, 20, false",
  })
  void judgesAFragmentByWhatItDeclares(
      int messageLength, int fragmentOffset, int fragmentLength, boolean accepted) {
    byte[] record = handshakeRecord(0, messageLength, fragmentOffset, fragmentLength);

    assertThat(DtlsRecordFilter.accepts(record, 0, record.length)).isEqualTo(accepted);
  }

  @Test
  void refusesAFragmentLongerThanItsRecord() {
    byte[] record = handshakeRecord(0, 1000, 0, 100);
    record[13 + 11] = 101;

    assertThat(DtlsRecordFilter.accepts(record, 0, record.length)).isFalse();
  }

  @Test
  void refusesADatagramCutOffAtAnyByte() {
    byte[] record = handshakeRecord(0, 100, 0, 40);
    for (int length = 0; length < record.length; length++) {
      byte[] cut = Arrays.copyOf(record, length);
      assertThat(DtlsRecordFilter.accepts(cut, 0, length)).as("cut at %d", length).isFalse();
    }
  }

  @Test
  void looksAtEveryRecordOfADatagram() {
    byte[] good = handshakeRecord(0, 100, 0, 40);
    byte[] bad = handshakeRecord(0, 1 << 20, 0, 40);

    assertThat(accepts(good, record(20, 0, new byte[] {1}), record(22, 1, new byte[40]))).isTrue();
    assertThat(accepts(good, bad)).isFalse();
    assertThat(accepts(bad, good)).isFalse();
  }

  @Test
  void limitsTheFragmentsInADatagram() {
    byte[][] fragments = new byte[17][];
    for (int i = 0; i < fragments.length; i++) {
      fragments[i] = handshakeRecord(0, 1000, i, 1);
    }

    assertThat(accepts(Arrays.copyOf(fragments, 16))).isTrue();
    assertThat(accepts(fragments)).isFalse();
  }

  @Test
  void refusesOtherContentTypesAndVersions() {
    for (int type = 0; type < 256; type++) {
      byte[] record = record(type, 1, new byte[20]);
      assertThat(DtlsRecordFilter.accepts(record, 0, record.length))
          .as("type %d", type)
          .isEqualTo(type >= 20 && type <= 23);
    }
    byte[] tls = record(22, 1, new byte[20]);
    tls[1] = 3;
    assertThat(DtlsRecordFilter.accepts(tls, 0, tls.length)).isFalse();
  }

  @Test
  void refusesWhatIsLongerThanADatagramOfThePath() {
    byte[] longest = record(23, 1, new byte[1500 - 13]);
    byte[] longer = record(23, 1, new byte[1501 - 13]);

    assertThat(DtlsRecordFilter.accepts(longest, 0, longest.length)).isTrue();
    assertThat(DtlsRecordFilter.accepts(longer, 0, longer.length)).isFalse();
  }

  @Test
  void survivesRandomBytes() {
    long seed = 5;
    Random random = new Random(seed);
    int accepted = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      if (bytes.length > 13) {
        bytes[0] = 22;
        bytes[1] = (byte) 0xFE;
        bytes[3] = 0;
        bytes[4] = 0;
        bytes[11] = 0;
        bytes[12] = (byte) random.nextInt(80);
      }
      accepted += DtlsRecordFilter.accepts(bytes, 0, bytes.length) ? 1 : 0;
    }
    assertThat(accepted).as("seed %d: random fragments that make sense", seed).isLessThan(200);
  }

  /** A plaintext record with one handshake fragment, of type Certificate. */
  static byte[] handshakeRecord(
      int messageSequence, int messageLength, int fragmentOffset, int fragmentLength) {
    ByteBuffer body = ByteBuffer.allocate(12 + fragmentLength);
    body.putInt(11 << 24 | messageLength).putShort((short) messageSequence);
    put24(body, fragmentOffset);
    put24(body, fragmentLength);
    return record(22, 0, body.array());
  }

  static byte[] record(int type, int epoch, byte[] body) {
    return ByteBuffer.allocate(13 + body.length)
        .put((byte) type)
        .putShort((short) 0xFEFD)
        .putShort((short) epoch)
        .putShort((short) 0)
        .putInt(SEQUENCE)
        .putShort((short) body.length)
        .put(body)
        .array();
  }

  private static void put24(ByteBuffer b, int value) {
    b.put((byte) (value >> 16)).putShort((short) value);
  }

  private static boolean accepts(byte[]... records) {
    ByteBuffer datagram = ByteBuffer.allocate(10 + 2000);
    datagram.position(10);
    for (byte[] record : records) {
      datagram.put(record);
    }
    return DtlsRecordFilter.accepts(datagram.array(), 10, datagram.position() - 10);
  }
}

package dev.sluice.transport.dtls;

import static dev.sluice.core.testkit.fuzz.FuzzTarget.require;

import dev.sluice.core.testkit.fuzz.FuzzTarget;
import dev.sluice.core.testkit.fuzz.Poison;
import java.util.HexFormat;
import java.util.List;

/** The filter in front of the DTLS protocol as a fuzz target. */
public final class DtlsRecordFuzz {
  private static final int MAX_MESSAGES = 16;

  private DtlsRecordFuzz() {}

  public static FuzzTarget target() {
    byte[] hello =
        HexFormat.of()
            .parseHex("16feff0000000000000000001401000064000000000000000008" + "aa".repeat(8));
    byte[] twoRecords =
        HexFormat.of()
            .parseHex("14fefd000000000000000500010116fefd00010000000000000008" + "bb".repeat(8));
    return new FuzzTarget('f', "dtls-records", DtlsRecordFuzz::accept, List.of(hello, twoRecords));
  }

  /** What is accepted is whole records, and declares no more than the protocol may allocate. */
  private static void accept(byte[] input) {
    Poison.readTwice(
        input,
        (bytes, length) -> {
          if (!DtlsRecordFilter.accepts(bytes, Poison.FRONT, length)) {
            return "refused";
          }
          int end = Poison.FRONT + length;
          int record = Poison.FRONT;
          long declared = 0;
          int ends = 0;
          while (record < end) {
            int next = DtlsRecordFilter.nextRecord(bytes, record);
            require(next > record && next <= end, "a record outside of its datagram");
            boolean readable =
                DtlsRecordFilter.contentType(bytes, record) == DtlsRecordFilter.HANDSHAKE
                    && DtlsRecordFilter.epoch(bytes, record) == 0;
            if (readable) {
              declared += declaredLengths(bytes, record + 13, next);
              ends += DtlsRecordFilter.endsMessage(bytes, record, 1) ? 1 : 0;
            }
            record = next;
          }
          require(
              declared <= (long) MAX_MESSAGES * DtlsRecordFilter.MAX_HANDSHAKE_LENGTH,
              "a datagram that makes the protocol allocate " + declared + " bytes");
          return "accepted " + ends;
        });
  }

  private static long declaredLengths(byte[] bytes, int from, int end) {
    long sum = 0;
    int at = from;
    while (at < end) {
      sum += unsigned24(bytes, at + 1);
      at += 12 + unsigned24(bytes, at + 9);
    }
    require(at == end, "a fragment outside of its record");
    return sum;
  }

  private static int unsigned24(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 16 | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF);
  }
}

package dev.sluice.core.srtp;

import static dev.sluice.core.srtp.SrtpPackets.hex;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SrtpWireTest {

  /** The arrays end where the packet ends, so that reading too far is an exception. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a header alone,                12, 8060000100000000000000AA",
    "a header and a payload,        12, 8060000100000000000000AAFFFF",
    "two CSRCs,                     20, 8260000100000000000000AA0000000100000002",
    "an empty extension,            16, 9060000100000000000000AABEDE0000",
    "a CSRC and an extension,       24, 9160000100000000000000AA00000001BEDE000110FF0000",
    "11 octets,                     -1, 80600001000000000000AA",
    "half a CSRC,                   -1, 8160000100000000000000AA0000",
    "an extension without a length, -1, 9060000100000000000000AABEDE",
    "half an extension length,      -1, 9060000100000000000000AABEDE00",
    "an extension cut short,        -1, 9060000100000000000000AABEDE0001FFFFFF",
    "the largest extension,         -1, 9060000100000000000000AABEDEFFFF"
  })
  void findsTheEndOfTheRtpHeader(String what, int headerLength, String digits) {
    byte[] packet = hex(digits);
    assertThat(SrtpWire.rtpHeaderLength(packet, 0, packet.length)).as(what).isEqualTo(headerLength);
  }

  /** RFC 7714 §16.1.1 prints the vector of its packet. */
  @ParameterizedTest
  @CsvSource({
    "517569642070726f2071756f, 2, 5501a0b2, 00000000f17b, 51753c6580c2726f20718414",
    "000000000000000000000000, 2, 01020304, 05060708090a, 00000102030405060708090a",
    "000000000000000000000000, 2, 01020304, 00007fffffff, 00000102030400007fffffff",
    "0000000000000000000000000000, 4, 01020304, 05060708090a, 000000000102030405060708090a0000"
  })
  void addsSsrcAndIndexToTheSalt(
      String salt, int ssrcAt, String ssrc, String index, String vector) {
    byte[] written = new byte[vector.length() / 2];
    SrtpWire.writeVector(
        written, hex(salt), ssrcAt, Integer.parseUnsignedInt(ssrc, 16), Long.parseLong(index, 16));
    assertThat(written).isEqualTo(hex(vector));
  }
}

package dev.sluice.transport.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.srtp.SrtpProfile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ClientHello of Chromium 156 and Firefox 153, in the two datagrams that each of them sent. */
@Tag("S3")
@Timeout(60)
class BrowserClientHelloTest {
  private static final int CLIENT_HELLO = 1;
  private static final int SERVER_HELLO = 2;
  private static final int SERVER_HELLO_DONE = 14;
  private static final int ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 = 0xC02B;
  private static final int USE_SRTP = 14;
  private static final int EXTENDED_MASTER_SECRET = 23;

  record Hello(String browser, String first, String second) {}

  @ParameterizedTest
  @MethodSource("hellos")
  void isAnsweredByAServerFlight(Hello hello) throws Exception {
    assertServerFlight(hello.first(), hello.second());
  }

  @ParameterizedTest
  @MethodSource("hellos")
  void isAnsweredWhenItsPartsArriveOutOfOrderAndTwice(Hello hello) throws Exception {
    assertServerFlight(hello.second(), hello.second(), hello.first());
  }

  private static void assertServerFlight(String... datagrams) throws Exception {
    BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
    DtlsServerSession session =
        new DtlsServerSession(
            "browser",
            DtlsCertificate.generate(new SecureRandom(), Instant.now()),
            List.of(),
            List.of(SrtpProfile.values()),
            (b, offset, length) ->
                sent.add(ByteBuffer.allocate(length).put(b, offset, length).array()),
            new RecordingListener(),
            DtlsLimits.withConcurrentHandshakes(1));
    for (String hex : datagrams) {
      byte[] datagram = HexFormat.of().parseHex(hex);
      assertThat(datagram[13]).isEqualTo((byte) CLIENT_HELLO);
      assertThat(session.offer(datagram, 0, datagram.length)).isTrue();
    }
    session.start();

    byte[] flight = sent.poll(20, TimeUnit.SECONDS);
    assertThat(flight).isNotNull();
    session.close();

    List<Integer> types = new ArrayList<>();
    ByteBuffer serverHello = ByteBuffer.allocate(0);
    for (int record = 0;
        record < flight.length;
        record = DtlsRecordFilter.nextRecord(flight, record)) {
      int type = flight[record + DtlsRecordFilter.RECORD_HEADER_LENGTH];
      types.add(type);
      if (type == SERVER_HELLO) {
        int body =
            record
                + DtlsRecordFilter.RECORD_HEADER_LENGTH
                + DtlsRecordFilter.HANDSHAKE_HEADER_LENGTH;
        serverHello =
            ByteBuffer.wrap(flight, body, DtlsRecordFilter.nextRecord(flight, record) - body)
                .slice();
      }
    }
    assertThat(types).containsExactly(SERVER_HELLO, 11, 12, 13, SERVER_HELLO_DONE);
    assertServerHello(serverHello);
  }

  private static void assertServerHello(ByteBuffer hello) {
    assertThat(hello.getShort() & 0xFFFF).as("DTLS 1.2").isEqualTo(0xFEFD);
    hello.position(hello.position() + 32);
    hello.position(hello.position() + 1 + hello.get(hello.position()));
    assertThat(hello.getShort() & 0xFFFF).isEqualTo(ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
    assertThat(hello.get()).as("no compression").isZero();
    hello.getShort();
    boolean extendedMasterSecret = false;
    String useSrtp = "";
    while (hello.hasRemaining()) {
      int type = hello.getShort();
      byte[] value = new byte[hello.getShort()];
      hello.get(value);
      extendedMasterSecret |= type == EXTENDED_MASTER_SECRET;
      useSrtp = type == USE_SRTP ? HexFormat.of().formatHex(value) : useSrtp;
    }
    assertThat(extendedMasterSecret).isTrue();
    assertThat(useSrtp).as("one profile, AEAD_AES_128_GCM, and no MKI").isEqualTo("0002000700");
  }

  static List<Hello> hellos() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            BrowserClientHelloTest.class.getResourceAsStream("browser-client-hello.txt"))) {
      List<String[]> lines =
          new String(in.readAllBytes(), StandardCharsets.US_ASCII)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .map(line -> line.split(" "))
              .toList();
      List<Hello> hellos = new ArrayList<>();
      for (int i = 0; i < lines.size(); i += 2) {
        hellos.add(new Hello(lines.get(i)[0], lines.get(i)[1], lines.get(i + 1)[1]));
      }
      return hellos;
    }
  }
}

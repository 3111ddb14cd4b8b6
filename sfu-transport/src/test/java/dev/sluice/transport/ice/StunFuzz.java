package dev.sluice.transport.ice;

import static dev.sluice.core.testkit.fuzz.FuzzTarget.require;

import dev.sluice.core.testkit.fuzz.FuzzTarget;
import dev.sluice.core.testkit.fuzz.Poison;
import dev.sluice.transport.ice.IceGateway.LocalCredentials;
import dev.sluice.transport.ice.IceGateway.Outcome;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/** STUN as a fuzz target: what strangers send, and what a peer with the right key sends. */
public final class StunFuzz {
  private static final InetSocketAddress REMOTE = new InetSocketAddress("192.0.2.77", 54321);

  /** An error has a reason phrase, a list of at most eight types, a signature, a fingerprint. */
  private static final int MAX_RESPONSE = 200;

  private static final LiteIceGateway<String> GATEWAY = new LiteIceGateway<>(new SecureRandom());
  private static final LocalCredentials CREDENTIALS = GATEWAY.open("alice");

  private StunFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] check = StunMessages.check("abcdefghij:remote", "x".repeat(24), true);
    byte[] indication = new StunMessages.Builder(0x0011).fingerprint().build();
    byte[] attributes = Arrays.copyOfRange(check, 20 + 24, check.length - 32);
    return List.of(
        new FuzzTarget(
            'u', "stun-of-a-stranger", StunFuzz::ofAStranger, List.of(check, indication)),
        new FuzzTarget('v', "stun-of-a-peer", StunFuzz::ofAPeer, List.of(attributes)));
  }

  /** Without the key nothing is answered; what is read lies within the datagram. */
  private static void ofAStranger(byte[] input) {
    Poison.readTwice(
        input,
        (bytes, length) -> {
          boolean wellFormed = StunFlyweight.isWellFormed(bytes, Poison.FRONT, length);
          int found = 0;
          if (wellFormed) {
            int end = Poison.FRONT + length;
            for (int type = 0; type < 64; type++) {
              int at = StunFlyweight.find(bytes, Poison.FRONT, end, type);
              require(
                  at == -1 || (at >= Poison.FRONT + 20 && at + 4 <= end),
                  "an attribute outside of the message");
              found = 31 * found + at;
            }
            StunFlyweight.endsWithFingerprint(bytes, Poison.FRONT, length);
          }
          Outcome<String> outcome = GATEWAY.handle(bytes, Poison.FRONT, length, REMOTE, 0);
          require(
              outcome instanceof Outcome.Ignored || outcome instanceof Outcome.Keepalive,
              "a stranger was answered");
          return wellFormed + " " + found + " " + outcome;
        });
  }

  /**
   * The input stands between USERNAME and a right signature, so that it comes to ice4j. A peer may
   * be refused or ignored, but what is answered is signed and bounded.
   */
  private static void ofAPeer(byte[] input) {
    byte[] padded = Arrays.copyOf(input, (input.length + 3) & ~3);
    byte[] check =
        new StunMessages.Builder(0x0001)
            .username(CREDENTIALS.ufrag() + ":fuzz")
            .raw(padded)
            .integrity(CREDENTIALS.pwd())
            .fingerprint()
            .build();
    Outcome<String> outcome = GATEWAY.handle(check, 0, check.length, REMOTE, 0);
    byte[] response =
        switch (outcome) {
          case Outcome.Validated<String> validated -> validated.response();
          case Outcome.Refused<String> refused -> refused.response();
          case Outcome.Ignored<String> ignored -> new byte[0];
          case Outcome.Keepalive<String> keepalive ->
              throw new AssertionError("a request is no keepalive");
        };
    if (response.length > 0) {
      require(StunMessages.isSigned(response, CREDENTIALS.pwd()), "an answer without a signature");
      require(response.length <= MAX_RESPONSE, "an answer of " + response.length + " bytes");
      require(
          ByteBuffer.wrap(response).getInt(4) == StunFlyweight.MAGIC_COOKIE,
          "an answer that is no STUN");
    }
  }
}

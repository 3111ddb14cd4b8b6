package dev.sluice.transport.ice;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import org.ice4j.StunException;

/**
 * One connectivity check in memory, against a gateway that lives for nothing else. ice4j reads its
 * configuration when it is first used, which takes longer than a media worker may stand still; so
 * the server does that before a participant comes.
 */
public final class StunRehearsal {
  private StunRehearsal() {}

  /** Asks and answers once. Any thread. */
  public static void run() {
    LiteIceGateway<String> gateway = new LiteIceGateway<>(new SecureRandom());
    IceGateway.LocalCredentials credentials = gateway.open("rehearsal");
    InetSocketAddress nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    try {
      byte[] check = StunCodec.check(credentials.ufrag() + ":peer", credentials.pwd());
      IceGateway.Outcome<String> outcome = gateway.handle(check, 0, check.length, nowhere, 0);
      if (!(outcome instanceof IceGateway.Outcome.Validated<String>)) {
        throw new IllegalStateException("the gateway does not take its own check: " + outcome);
      }
    } catch (StunException failure) {
      throw new IllegalStateException("a check can always be encoded", failure);
    }
  }
}

package dev.sluice.core.srtp;

import static dev.sluice.core.testkit.fuzz.FuzzTarget.require;

import dev.sluice.core.testkit.fuzz.FuzzTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The receiving end of SRTP and SRTCP as a fuzz target. */
public final class SrtpFuzz {
  private static final int SSRC = 0x1234_5678;
  private static final int SEQUENCE = 65_530;
  private static final SrtpProfile[] PROFILES = SrtpProfile.values();

  private SrtpFuzz() {}

  public static FuzzTarget target() {
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 0; i < 2 * PROFILES.length; i++) {
      byte[] packet = genuine(i);
      byte[] seed = new byte[packet.length + 1];
      seed[0] = (byte) i;
      System.arraycopy(packet, 0, seed, 1, packet.length);
      seeds.add(seed);
    }
    return new FuzzTarget('s', "srtp", SrtpFuzz::accept, seeds);
  }

  /**
   * The first byte chooses profile and protocol. Nothing but the one genuine packet is accepted,
   * nothing else makes state, and the genuine one is accepted after all of it, once.
   */
  private static void accept(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int choice = (input[0] & 0xFF) % (2 * PROFILES.length);
    SrtpReceiver receiver = SrtpPackets.receiver(PROFILES[choice >> 1]);
    byte[] packet = Arrays.copyOfRange(input, 1, input.length);
    byte[] genuine = genuine(choice);
    if (!Arrays.equals(packet, genuine)) {
      require(unprotect(receiver, choice, packet) < 0, "a forged packet was accepted");
      require(receiver.streamCount() == 0, "a forged packet made state");
    }
    require(unprotect(receiver, choice, genuine) > 0, "the genuine packet was refused");
    require(unprotect(receiver, choice, genuine) < 0, "a packet was accepted twice");
  }

  private static int unprotect(SrtpReceiver receiver, int choice, byte[] packet) {
    int offset = 3;
    byte[] array = new byte[offset + packet.length];
    System.arraycopy(packet, 0, array, offset, packet.length);
    byte[] out = new byte[SrtpPackets.BUFFER_LENGTH];
    return (choice & 1) == 0
        ? receiver.unprotectRtp(array, offset, packet.length, out, 0)
        : receiver.unprotectRtcp(array, offset, packet.length, out, 0);
  }

  private static byte[] genuine(int choice) {
    SrtpSender sender = SrtpPackets.sender(PROFILES[choice >> 1]);
    return (choice & 1) == 0
        ? SrtpPackets.protectRtp(sender, SrtpPackets.randomRtp(new Random(4), SSRC, SEQUENCE))
        : SrtpPackets.protectRtcp(sender, SrtpPackets.rtcp(SSRC, 40));
  }
}

package dev.sluice.core.srtp;

import static dev.sluice.core.srtp.SrtpPackets.hex;
import static dev.sluice.core.srtp.SrtpPackets.protectRtp;
import static dev.sluice.core.srtp.SrtpPackets.resultOfRtcp;
import static dev.sluice.core.srtp.SrtpPackets.unprotectRtcp;
import static dev.sluice.core.srtp.SrtpPackets.unprotectRtp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.media.DropReason;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The published vectors, for each implementation of the ciphers: RFC 3711 Appendix B, RFC 6188 §7,
 * RFC 7714 §16 and §17.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.sluice.core.srtp.LibcryptoSrtpCiphersTest#implementations")
class SrtpVectorsTest {
  private final SrtpCiphers ciphers;

  SrtpVectorsTest(SrtpCiphers implementation) {
    ciphers = implementation;
  }

  /** RFC 7714 §16: the packet that all SRTP vectors protect, with rollover counter 0. */
  private static final byte[] RTP =
      hex(
          """
          8040f17b 8041f8d3 5501a0b2
          47616c6c 69612065 7374206f 6d6e6973 20646976
          69736120 696e2070 61727465 73207472 6573
          """);

  /** RFC 7714 §17: the packet that all SRTCP vectors protect. */
  private static final byte[] RTCP =
      hex(
          """
          81c8000d 4d617273
          4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
          deadbeef deadbeef deadbeef deadbeef deadbeef
          """);

  private static final int RTCP_INDEX = 0x5d4;

  @ParameterizedTest(name = "RFC 3711 B.2, counter block {0}")
  @CsvSource({
    "F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000,"
        + "E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB",
    "F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF,"
        + "EC8CDF7398607CB0F2D21675EA9EA1E4362B7C3C6773516318A077D7FC5073AE"
  })
  void makesTheKeystreamOfAesCounterMode(String counterBlock, String keystream) {
    byte[] out = new byte[32];
    ciphers
        .counterMode(hex("2B7E151628AED2A6ABF7158809CF4F3C"))
        .apply(hex(counterBlock), out, 0, out.length, out, 0);
    assertThat(out).isEqualTo(hex(keystream));
  }

  @Test
  void derivesTheSessionKeysOfRfc3711() {
    SrtpCiphers.CounterCipher prf = ciphers.counterMode(hex("E1F97A0D3E018BE0D64FA32C06DE4139"));
    byte[] salt = hex("0EC675AD498AFEEBB6960B3AABE6");

    assertThat(SessionKeys.derive(prf, salt, 0, 16))
        .isEqualTo(hex("C61E7A93744F39EE10734AFE3FF7A087"));
    assertThat(SessionKeys.derive(prf, salt, 2, 14)).isEqualTo(hex("30CBBC08863D8C85D49DB34A9AE1"));
    assertThat(SessionKeys.derive(prf, salt, 1, 94))
        .isEqualTo(
            hex(
                """
                CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE
                E049646C43D9327AD175578EF7227098 6371C10C9A369AC2F94A8C5FBCDDDC25
                6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2
                """));
  }

  @Test
  void derivesTheSessionKeysOfRfc6188FromAKeyOf256Bits() {
    SrtpCiphers.CounterCipher prf =
        ciphers.counterMode(
            hex("f0f04914b513f2763a1b1fa130f10e29 98f6f6e43e4309d1e622a0e332b9f1b6"));
    byte[] salt = hex("3b04803de51ee7c96423ab5b78d2");

    assertThat(SessionKeys.derive(prf, salt, 0, 32))
        .isEqualTo(hex("5ba1064e30ec51613cad926c5a28ef73 1ec7fb397f70a960653caf06554cd8c4"));
    assertThat(SessionKeys.derive(prf, salt, 2, 14)).isEqualTo(hex("fa31791685ca444a9e07c6c64e93"));
    assertThat(SessionKeys.derive(prf, salt, 1, 20))
        .isEqualTo(hex("fd9c32d39ed5fbb5a9dc96b30818454d1313dc05"));
  }

  @ParameterizedTest(name = "RFC 7714 §16, {0}")
  @CsvSource({
    "AEAD_AES_128_GCM,"
        + "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
        + "899d7f27beb16a9152cf765ee4390cce",
    "AEAD_AES_256_GCM,"
        + "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
        + "7aa3db36dfffd6b0f9bb7878d7a76c13"
  })
  void protectsAndUnprotectsTheSrtpPacketsOfRfc7714(SrtpProfile profile, String sealed) {
    byte[] packet = hex("8040f17b8041f8d35501a0b2" + sealed);

    assertThat(protectRtp(vectorSender(profile, 0), RTP)).isEqualTo(packet);
    assertThat(unprotectRtp(vectorReceiver(profile), packet)).isEqualTo(RTP);
  }

  @ParameterizedTest(name = "RFC 7714 §17.1 and §17.2, {0}")
  @CsvSource({
    "AEAD_AES_128_GCM,"
        + "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded"
        + "0bb9275bc84aa45896cf4d2fc5abf87245d9eade",
    "AEAD_AES_256_GCM,"
        + "d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de047"
        + "6f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be"
  })
  void protectsAndUnprotectsTheSrtcpPacketsOfRfc7714(SrtpProfile profile, String sealed) {
    byte[] packet = hex("81c8000d4d617273" + sealed + "800005d4");
    byte[] out = Arrays.copyOf(RTCP, packet.length);

    assertThat(vectorSender(profile, RTCP_INDEX).protectRtcp(out, 0, RTCP.length))
        .isEqualTo(packet.length);
    assertThat(out).isEqualTo(packet);
    assertThat(unprotectRtcp(vectorReceiver(profile), packet)).isEqualTo(RTCP);
  }

  @ParameterizedTest(name = "RFC 7714 §17.3 and §17.4, {0}")
  @CsvSource({
    "AEAD_AES_128_GCM, 841dd9683dd78ec92ae58790125f62b3",
    "AEAD_AES_256_GCM, 91db4afbfeee5a978fab4393ed2615fe"
  })
  void acceptsTheTaggedButUnencryptedSrtcpPacketsOfRfc7714(SrtpProfile profile, String tag) {
    byte[] packet = new byte[RTCP.length + profile.rtcpOverhead()];
    System.arraycopy(RTCP, 0, packet, 0, RTCP.length);
    System.arraycopy(hex(tag + "000005d4"), 0, packet, RTCP.length, profile.rtcpOverhead());

    assertThat(unprotectRtcp(vectorReceiver(profile), packet)).isEqualTo(RTCP);

    packet[20] ^= 1;
    assertThat(resultOfRtcp(vectorReceiver(profile), packet))
        .isEqualTo(DropCode.of(DropReason.AUTHENTICATION_FAILED));
  }

  private SrtpSender vectorSender(SrtpProfile profile, int firstRtcpIndex) {
    SrtpTransform transform = SrtpTransform.sending(profile, vectorKeys(profile), ciphers);
    return new SrtpSender(profile, transform, 1, firstRtcpIndex);
  }

  private SrtpReceiver vectorReceiver(SrtpProfile profile) {
    SrtpTransform transform = SrtpTransform.receiving(profile, vectorKeys(profile), ciphers);
    return new SrtpReceiver(profile, transform, 1);
  }

  /** RFC 7714 gives session keys, not master keys. */
  private static SessionKeys vectorKeys(SrtpProfile profile) {
    byte[] key = new byte[profile.keyLength()];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) i;
    }
    byte[] salt = hex("517569642070726f2071756f");
    return new SessionKeys(key, new byte[0], salt, key, new byte[0], salt);
  }
}

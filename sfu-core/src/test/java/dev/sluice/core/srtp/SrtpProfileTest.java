package dev.sluice.core.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S1")
class SrtpProfileTest {

  @ParameterizedTest
  @CsvSource({
    "AEAD_AES_128_GCM,       0x0007, 16, 12, 16, 20",
    "AEAD_AES_256_GCM,       0x0008, 32, 12, 16, 20",
    "AES128_CM_HMAC_SHA1_80, 0x0001, 16, 14, 10, 14"
  })
  void hasTheIdAndTheLengthsOfItsRfc(
      SrtpProfile profile, String id, int key, int salt, int rtpTag, int rtcpOverhead) {
    assertThat(profile.id()).isEqualTo(Integer.decode(id));
    assertThat(profile.keyLength()).isEqualTo(key);
    assertThat(profile.saltLength()).isEqualTo(salt);
    assertThat(profile.rtpTagLength()).isEqualTo(rtpTag);
    assertThat(profile.rtcpOverhead()).isEqualTo(rtcpOverhead);
  }

  @Test
  void prefersGcmToCounterMode() {
    assertThat(SrtpProfile.values())
        .containsExactly(
            SrtpProfile.AEAD_AES_128_GCM,
            SrtpProfile.AEAD_AES_256_GCM,
            SrtpProfile.AES128_CM_HMAC_SHA1_80);
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsId(SrtpProfile profile) {
    assertThat(SrtpProfile.byId(profile.id())).isEqualTo(profile);
  }

  /** 0x0002 is HMAC_SHA1_32 and 0x0005 NULL_HMAC_SHA1_80: known to RFC 5764, not offered here. */
  @ParameterizedTest
  @ValueSource(ints = {0x0000, 0x0002, 0x0005, 0x0006, 0x0009, 0xFFFF, -1})
  void doesNotKnowOtherIds(int id) {
    assertThat(SrtpProfile.byId(id)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void splitsTheExportersOctetsIntoKeysBeforeSalts(SrtpProfile profile) {
    int keyLength = profile.keyLength();
    int saltLength = profile.saltLength();
    byte[] material = new byte[SrtpKeys.exporterLength(profile)];
    for (int i = 0; i < material.length; i++) {
      material[i] = (byte) i;
    }

    SrtpKeys keys = SrtpKeys.fromExporter(profile, material);

    assertThat(keys.clientKey()).hasSize(keyLength).startsWith(0, 1);
    assertThat(keys.serverKey()).hasSize(keyLength).startsWith(keyLength, keyLength + 1);
    assertThat(keys.clientSalt()).hasSize(saltLength).startsWith(2 * keyLength, 2 * keyLength + 1);
    assertThat(keys.serverSalt()).hasSize(saltLength).endsWith(material.length - 1);
    assertThat(material).hasSize(2 * keyLength + 2 * saltLength);
  }

  @ParameterizedTest
  @EnumSource
  void refusesKeyingMaterialOfAnotherLength(SrtpProfile profile) {
    byte[] material = new byte[SrtpKeys.exporterLength(profile) - 1];
    assertThatIllegalArgumentException().isThrownBy(() -> SrtpKeys.fromExporter(profile, material));
  }

  @Test
  void refusesMasterKeysOfAnotherProfile() {
    byte[] key = new byte[16];
    byte[] salt = new byte[12];
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SrtpKeys(SrtpProfile.AEAD_AES_256_GCM, key, salt, key, salt));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SrtpKeys(SrtpProfile.AES128_CM_HMAC_SHA1_80, key, salt, key, salt));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SrtpSender(
                    SrtpProfile.AES128_CM_HMAC_SHA1_80, key, salt, SrtpCiphers.jdk(), 1));
  }

  @Test
  void doesNotPrintKeys() {
    SrtpKeys keys = SrtpKeys.fromExporter(SrtpProfile.AEAD_AES_128_GCM, new byte[56]);
    assertThat(keys).hasToString("SrtpKeys[AEAD_AES_128_GCM]");
  }
}

package dev.sluice.core.srtp;

import java.util.Arrays;

/**
 * The master keys and salts of one DTLS association, both directions. Key material: {@link
 * #toString} hides it, and nothing compares or changes it, so two values are equal only if they
 * hold the same arrays.
 *
 * @param clientKey protects what the DTLS client sends
 * @param serverKey protects what the DTLS server sends
 */
@SuppressWarnings("ArrayRecordComponent") // read once by the ciphers; never compared, see above
public record SrtpKeys(
    SrtpProfile profile, byte[] clientKey, byte[] clientSalt, byte[] serverKey, byte[] serverSalt) {

  public SrtpKeys {
    if (clientKey.length != profile.keyLength() || serverKey.length != profile.keyLength()) {
      throw new IllegalArgumentException(profile + " has keys of " + profile.keyLength());
    }
    if (clientSalt.length != profile.saltLength() || serverSalt.length != profile.saltLength()) {
      throw new IllegalArgumentException(profile + " has salts of " + profile.saltLength());
    }
  }

  /** How many octets the DTLS exporter has to give for a profile. */
  public static int exporterLength(SrtpProfile profile) {
    return 2 * (profile.keyLength() + profile.saltLength());
  }

  /**
   * Takes apart what the exporter {@code EXTRACTOR-dtls_srtp} gave: client key, server key, client
   * salt, server salt (RFC 5764 §4.2).
   */
  public static SrtpKeys fromExporter(SrtpProfile profile, byte[] keyingMaterial) {
    if (keyingMaterial.length != exporterLength(profile)) {
      throw new IllegalArgumentException(
          profile + " needs " + exporterLength(profile) + " octets, not " + keyingMaterial.length);
    }
    int serverKeyAt = profile.keyLength();
    int clientSaltAt = serverKeyAt + profile.keyLength();
    int serverSaltAt = clientSaltAt + profile.saltLength();
    return new SrtpKeys(
        profile,
        Arrays.copyOfRange(keyingMaterial, 0, serverKeyAt),
        Arrays.copyOfRange(keyingMaterial, clientSaltAt, serverSaltAt),
        Arrays.copyOfRange(keyingMaterial, serverKeyAt, clientSaltAt),
        Arrays.copyOfRange(keyingMaterial, serverSaltAt, keyingMaterial.length));
  }

  @Override
  public String toString() {
    return "SrtpKeys[" + profile + "]";
  }
}

package dev.sluice.core.media;

import java.util.Map;
import java.util.TreeMap;

/**
 * What names one coded format apart from its payload type: codec, clock and format parameters.
 *
 * @param codec the codec
 * @param clockRateHz RTP clock rate
 * @param channels audio channels as in rtpmap, 1 when absent; 1 for video
 * @param formatParameters the fmtp key/value pairs, keys in lower case, sorted; a bare token maps
 *     to ""
 */
public record CodecParameters(
    Codec codec, int clockRateHz, int channels, Map<String, String> formatParameters) {

  public CodecParameters {
    formatParameters = java.util.Collections.unmodifiableMap(new TreeMap<>(formatParameters));
  }

  /**
   * Whether a receiver that negotiated {@code other} decodes this format: same codec and clock, and
   * the parameters that change the bitstream agree: VP9 {@code profile-id} (RFC 9628 §6), H.264
   * {@code packetization-mode} and the profile part of {@code profile-level-id} (RFC 6184 §8.1),
   * AV1 {@code profile}, H.265 {@code profile-id}, the payload types of RED's blocks (RFC 2198 §5).
   */
  public boolean decodableBy(CodecParameters other) {
    if (codec != other.codec || clockRateHz != other.clockRateHz || channels != other.channels) {
      return false;
    }
    return switch (codec) {
      case VP9 -> same(other, "profile-id", "0");
      case AV1 -> same(other, "profile", "0");
      case H265 -> same(other, "profile-id", "1");
      case H264 ->
          same(other, "packetization-mode", "0") && h264Profile().equals(other.h264Profile());
      // Its blocks name their formats by payload type, in a place that the server may not read.
      case RED -> formatParameters.keySet().equals(other.formatParameters.keySet());
      case OPUS, G722, PCMU, PCMA, VP8 -> true;
    };
  }

  private boolean same(CodecParameters other, String key, String absent) {
    return formatParameters
        .getOrDefault(key, absent)
        .equals(other.formatParameters.getOrDefault(key, absent));
  }

  /**
   * Profile and the constraint bits that tell constrained baseline from baseline; the level is not
   * compared.
   */
  private String h264Profile() {
    String value =
        formatParameters
            .getOrDefault("profile-level-id", "42000a")
            .toLowerCase(java.util.Locale.ROOT);
    if (value.length() != 6) {
      return value;
    }
    if (!value.startsWith("42")) {
      return value.substring(0, 4);
    }
    boolean constrained = (Character.digit(value.charAt(2), 16) & 0x4) != 0;
    return constrained ? "42-constrained" : "42";
  }
}

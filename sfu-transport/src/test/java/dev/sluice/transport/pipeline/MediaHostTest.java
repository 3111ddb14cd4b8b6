package dev.sluice.transport.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("O5")
class MediaHostTest {
  private static final int ENOUGH = MediaHost.ENOUGH_BUFFER_BYTES;
  private static final String WITH_AES = "flags\t\t: fpu vme aes xsave\n";

  @Test
  void missesNothingOnAGoodMachine() {
    assertThat(MediaHost.missing(true, ENOUGH, WITH_AES, "0\n")).isEmpty();
    assertThat(MediaHost.missing(true, ENOUGH, "Features : fp asimd aes pmull\n", "")).isEmpty();
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(MediaHost.missing(true, ENOUGH, "flags : fpu vaes_not\n", ""))
        .singleElement()
        .asString()
        .contains("AES");
    assertThat(MediaHost.missing(false, ENOUGH, WITH_AES, ""))
        .singleElement()
        .asString()
        .contains("GSO");
    assertThat(MediaHost.missing(true, 212_992, WITH_AES, ""))
        .singleElement()
        .asString()
        .contains("208 KiB", "net.core.rmem_max");
    assertThat(MediaHost.missing(true, ENOUGH, WITH_AES, "12\n"))
        .singleElement()
        .asString()
        .contains("NOTRACK");
  }

  @Test
  void claimsNothingWhereNothingCanBeRead() {
    assertThat(MediaHost.missing(true, ENOUGH, "", "")).isEmpty();
  }
}

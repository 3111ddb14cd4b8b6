package dev.sluice.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("O10")
class RedactedAddressTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.17,               192.0.2.0/24",
    "2001:db8:7:1:2:3:4:5,     2001:db8:7::/48",
    "fe80:0:0:0:1:2:3:4%eth0,  fe80:0:0::/48",
    "client.example.org,       ''",
    "'',                       ''"
  })
  void keepsTheNetworkAlone(String address, String redacted) {
    assertThat(RedactedAddress.of(address)).isEqualTo(redacted);
  }
}

package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** A setting that is wrong stops the start with a sentence that a person can act on. */
@Tag("A5")
@ExtendWith(OutputCaptureExtension.class)
class SettingFailureAnalyzerTest {
  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(SluiceProperties.class)
  static class OnlySettings {}

  private static void start(String... settings) {
    String[] arguments = new String[settings.length + 1];
    arguments[0] = "--sluice.mode=development";
    System.arraycopy(settings, 0, arguments, 1, settings.length);
    new SpringApplicationBuilder(OnlySettings.class)
        .web(WebApplicationType.NONE)
        .run(arguments)
        .close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sluice.media.prot=10000          | Is it sluice.media.port?",
        "sluice.media.advertised-adresses=a | Is it sluice.media.advertised-addresses?",
        "sluice.webhooks.endpoints.app.ulr=https://a.example/ |"
            + " There is no setting sluice.webhooks.endpoints.app.ulr",
        "sluice.recording.enabled=true    | There is no setting sluice.recording.enabled",
        "sluice.media.port=ten            | sluice.media.port has \"ten\", which is no whole"
            + " number.",
        "sluice.mode=test                 | which is no one of development, production.",
        "sluice.media.keyframe-replay=soon | which is no duration, such as 30s.",
        "sluice.signalling.max-message=big | which is no size, such as 256KB.",
        "sluice.media.congestion-control=perhaps | which is no true or false.",
      })
  void saysWhatIsWrong(String setting, String sentence, CapturedOutput output) {
    assertThatThrownBy(() -> start("--" + setting)).isNotNull();
    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains(sentence)
        .contains("docs/configuration.md has all settings.")
        .doesNotContain("\tat dev.sluice");
  }

  @Test
  void leavesASentenceAloneThatSomebodyElseHas(CapturedOutput output) {
    assertThatThrownBy(() -> start("--sluice.media.port=70000")).isNotNull();
    assertThat(output).contains("sluice.media.port is 70000; it must be between 0 and 65535.");
  }

  @Test
  void namesEverySettingOnce() {
    assertThat(SettingNames.all())
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(60)
        .contains(
            "sluice.mode",
            "sluice.auth.keys.<name>",
            "sluice.ice-servers[n].urls",
            "sluice.media.tcp.queue-size",
            "sluice.webhooks.endpoints.<name>.secrets");
    assertThat(SettingNames.meantBy("sluice.nothing.like.it")).isEmpty();
  }

  @Test
  void startsWithSettingsThatThereAre() {
    assertThatCode(() -> start("--sluice.media.port=0", "--sluice.auth.keys.app=" + "a".repeat(32)))
        .doesNotThrowAnyException();
  }
}

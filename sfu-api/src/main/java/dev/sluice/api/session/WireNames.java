package dev.sluice.api.session;

import java.util.Locale;

/** The names of constants as the protocol writes them: {@code SCREEN_AUDIO} is "screen-audio". */
final class WireNames {
  private WireNames() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

package dev.sluice.e2e.browser;

import java.net.URI;

/**
 * A headless browser process with a profile of its own, whose camera and microphone are made up.
 */
public sealed interface Browser extends AutoCloseable permits Chromium, Firefox {

  /** Opens an address in a window that shares nothing stored with the others. */
  Page open(URI address);

  /** The processes of the browser: they are one program to the test. */
  BrowserProcess process();

  @Override
  void close();
}

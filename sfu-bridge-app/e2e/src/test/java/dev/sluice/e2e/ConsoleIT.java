package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.browser.CallPage;
import dev.sluice.e2e.browser.Chromium;
import dev.sluice.e2e.browser.Page;
import dev.sluice.e2e.harness.AccessToken;
import dev.sluice.e2e.harness.Await;
import dev.sluice.e2e.harness.FreePorts;
import dev.sluice.e2e.harness.ServerProcess;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The console in a browser: what an operator sees of a call, and does to it. */
class ConsoleIT {
  @Test
  @Tag("O3")
  @Tag("O4")
  void anOperatorSeesAndActsInTheConsole() {
    Map<String, String> oneCapture = Map.of("sluice.capture.max-captures", "1");
    try (ServerProcess server = ServerProcess.start("console", FreePorts.any(), oneCapture);
        Chromium chromium = Chromium.launch("console");
        CallPage ada = CallPage.join(chromium, server.uri("/"), "watched", "Ada");
        CallPage bob = CallPage.join(chromium, server.uri("/"), "watched", "Bob");
        Page console = chromium.open(server.uri("/console?room=watched"))) {
      awaitTrue(console, "document.querySelectorAll('#participants tr').length === 2");
      console.evaluate("%s.querySelector('.link').click()".formatted(row("Ada")));
      click(console, row("Bob"), "Capture…");
      console.evaluate("document.querySelector('#question-yes').click()");
      awaitTrue(
          console,
          "[...document.querySelectorAll('#charts polyline')].filter((line) =>"
              + " (line.getAttribute('points') ?? '').split(' ').length > 4).length >= 9");
      awaitTrue(console, "document.querySelectorAll('#slots tbody tr').length === 1");
      awaitTrue(console, "document.querySelectorAll('#received tbody tr').length >= 2");
      awaitTrue(console, "/^UDP from /.test(document.querySelector('#path').textContent)");

      console.evaluate("%s.querySelector('li button').click()".formatted(row("Bob")));
      Await.until("Bob is muted", Duration.ofSeconds(5), () -> bob.signals("trackMuted") == 1);
      console.evaluate("document.querySelector('#lock').click()");
      Await.until(
          "the room is locked", Duration.ofSeconds(5), () -> ada.signals("roomUpdated") == 1);
      awaitTrue(console, "document.querySelectorAll('#audit li').length >= 3");
      console.screenshot("console.png");
      assertCaptures(console);

      click(console, row("Bob"), "Remove…");
      console.evaluate("document.querySelector('#question-yes').click()");
      Await.until("Bob is out", Duration.ofSeconds(5), () -> ada.others().isEmpty());
      assertThat(bob.signals("closed")).isOne();
      assertSignsIn(chromium);
    }
  }

  /** The capture that runs has packets; its file is one, and it is thrown away. */
  private static void assertCaptures(Page console) {
    String captured = "document.querySelector('#capture-rows tr')";
    awaitTrue(console, "/[1-9][0-9]* packets/.test(%s.innerText)".formatted(captured));
    console.evaluate(
        """
        window.__files = [];
        URL.createObjectURL = (file) => { window.__files.push(file.slice(0, 4).bytes()); return 'blob:none'; };
        HTMLAnchorElement.prototype.click = function () { window.__fileName = this.download; };\
        """);
    click(console, captured, "Download");
    awaitTrue(console, "/^capture-[0-9]+\\.pcapng$/.test(window.__fileName)");
    assertThat(
            console.evaluate("window.__files[0].then((bytes) => [...bytes].join(' '))").asString())
        .as("the block type of a pcapng section header")
        .isEqualTo("10 13 13 10");
    click(console, captured, "Stop");
    awaitTrue(console, "%s.innerText.includes('stopped')".formatted(captured));
    click(console, captured, "Throw away");
    awaitTrue(console, "document.querySelector('#captures').hidden");
  }

  /** In production mode, where a token is asked for. */
  private static void assertSignsIn(Chromium chromium) {
    String secret = "0123456789abcdef0123456789abcdef";
    try (ServerProcess production =
            ServerProcess.start(
                "console-production",
                FreePorts.any(),
                Map.of(
                    "sluice.mode",
                    "production",
                    "sluice.auth.keys." + AccessToken.KEY_ID,
                    secret));
        Page console = chromium.open(production.uri("/console"))) {
      awaitTrue(console, "!document.querySelector('#sign-in').hidden");
      signIn(console, AccessToken.ofAdministrator("f" + secret.substring(1)));
      awaitTrue(
          console,
          "!document.querySelector('#sign-in-error').hidden && sessionStorage.length === 0"
              + " && document.querySelector('#console').hidden");
      signIn(console, AccessToken.ofAdministrator(secret));
      awaitTrue(
          console,
          "document.querySelector('#sign-in').hidden &&"
              + " document.querySelector('#summary').textContent === '0 rooms shown, 0 in them'");
      console.evaluate("document.querySelector('#sign-out').click()");
      awaitTrue(
          console,
          "!document.querySelector('#sign-in').hidden && document.querySelector('#console').hidden"
              + " && sessionStorage.length === 0");
    }
  }

  private static void signIn(Page console, String token) {
    console.evaluate("document.querySelector('#token').value = '%s'".formatted(token));
    console.evaluate("document.querySelector('#sign-in button').click()");
  }

  private static void click(Page console, String within, String words) {
    console.evaluate(
        "[...%s.querySelectorAll('button')].find((each) => each.textContent === '%s').click()"
            .formatted(within, words));
  }

  private static String row(String name) {
    return ("[...document.querySelectorAll('#participants tr')].find((each) =>"
            + " each.innerText.startsWith('%s'))")
        .formatted(name);
  }

  /** A page that is just being loaded lacks elements: it is not true yet. */
  private static void awaitTrue(Page page, String expression) {
    String attempt =
        "(() => { try { return %s; } catch { return false; } })()".formatted(expression);
    Await.until(
        expression,
        Duration.ofSeconds(20),
        () -> page.evaluate(attempt).asBoolean(),
        () -> page.evaluate("document.body?.innerText ?? ''").asString());
  }
}

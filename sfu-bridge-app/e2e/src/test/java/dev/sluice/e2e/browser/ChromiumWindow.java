package dev.sluice.e2e.browser;

import java.net.URI;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A window of a {@link Chromium}, in a browser context of its own (nothing stored is shared). */
final class ChromiumWindow implements Page.Window {
  private final RemoteControl control;
  private final String session;
  private final String context;

  ChromiumWindow(RemoteControl control) {
    this.control = control;
    this.context =
        control
            .call(null, "Target.createBrowserContext", Map.of())
            .get("browserContextId")
            .asString();
    JsonNode created =
        control.call(
            null,
            "Target.createTarget",
            Map.of("url", "about:blank", "browserContextId", context, "newWindow", true));
    String target = created.get("targetId").asString();
    JsonNode attached =
        control.call(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true));
    this.session = attached.get("sessionId").asString();
    call("Page.enable", Map.of());
    call("Runtime.enable", Map.of());
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return control.call(session, method, parameters);
  }

  @Override
  public void preload(String script) {
    call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  @Override
  public void navigate(URI address) {
    JsonNode result = call("Page.navigate", Map.of("url", address.toString()));
    if (result.has("errorText")) {
      throw new IllegalStateException(address + ": " + result.get("errorText").asString());
    }
  }

  @Override
  public JsonNode evaluate(String expression) {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of(
                "expression",
                expression,
                "awaitPromise",
                true,
                "returnByValue",
                true,
                "userGesture",
                true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  @Override
  public String screenshot() {
    return call("Page.captureScreenshot", Map.of("format", "png")).get("data").asString();
  }

  @Override
  public void close() {
    control.call(null, "Target.disposeBrowserContext", Map.of("browserContextId", context));
  }
}

package dev.sluice.e2e.browser;

import java.net.URI;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** A window of a {@link Firefox}, in a user context of its own (nothing stored is shared). */
final class FirefoxWindow implements Page.Window {
  private final RemoteControl control;
  private final String userContext;
  private final String context;

  FirefoxWindow(RemoteControl control) {
    this.control = control;
    this.userContext =
        control.call(null, "browser.createUserContext", Map.of()).get("userContext").asString();
    this.context =
        call("browsingContext.create", Map.of("type", "window", "userContext", userContext))
            .get("context")
            .asString();
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return control.call(null, method, parameters);
  }

  @Override
  public void preload(String script) {
    call(
        "script.addPreloadScript",
        Map.of("functionDeclaration", "() => {\n" + script + "\n}", "contexts", List.of(context)));
  }

  @Override
  public void navigate(URI address) {
    call(
        "browsingContext.navigate",
        Map.of("context", context, "url", address.toString(), "wait", "complete"));
  }

  @Override
  public JsonNode evaluate(String expression) {
    // As JSON text: the protocol's own notation of values is not JSON.
    JsonNode answer =
        call(
            "script.evaluate",
            Map.of(
                "expression",
                "(async () => JSON.stringify(await (" + expression + ")))()",
                "target",
                Map.of("context", context),
                "awaitPromise",
                true,
                "userActivation",
                true));
    if (!answer.path("type").asString().equals("success")) {
      throw new IllegalStateException(expression + ": " + answer.path("exceptionDetails"));
    }
    JsonNode value = answer.get("result").path("value");
    return value.isString() ? RemoteControl.JSON.readTree(value.asString()) : absent();
  }

  private static JsonNode absent() {
    return MissingNode.getInstance();
  }

  @Override
  public String screenshot() {
    return call("browsingContext.captureScreenshot", Map.of("context", context))
        .get("data")
        .asString();
  }

  @Override
  public void close() {
    call("browser.removeUserContext", Map.of("userContext", userContext));
  }
}

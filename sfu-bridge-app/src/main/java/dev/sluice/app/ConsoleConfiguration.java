package dev.sluice.app;

import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Leads {@code /console} to the page of that name, whose data come from the REST API. */
@Configuration(proxyBeanMethods = false)
class ConsoleConfiguration implements WebMvcConfigurer {
  private static final String PAGE = "/console/index.html";

  @Override
  public void addViewControllers(ViewControllerRegistry registry) {
    for (String path : List.of("/console", "/console/")) {
      // With a status the address stays relative. Else the container makes it absolute, and behind
      // a proxy that ends TLS it is one of http.
      registry
          .addRedirectViewController(path, PAGE)
          .setKeepQueryParams(true)
          .setStatusCode(HttpStatus.FOUND);
    }
  }
}

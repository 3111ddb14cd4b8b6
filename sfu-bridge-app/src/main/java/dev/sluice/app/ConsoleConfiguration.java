package dev.sluice.app;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Leads {@code /console} to the page of that name, whose data come from the REST API. */
@Configuration(proxyBeanMethods = false)
class ConsoleConfiguration implements WebMvcConfigurer {
  private static final String PAGE = "/console/index.html";

  @Override
  public void addViewControllers(ViewControllerRegistry registry) {
    registry.addRedirectViewController("/console", PAGE).setKeepQueryParams(true);
    registry.addRedirectViewController("/console/", PAGE).setKeepQueryParams(true);
  }
}

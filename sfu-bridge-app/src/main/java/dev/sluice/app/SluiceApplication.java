package dev.sluice.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.tomcat.autoconfigure.metrics.TomcatMetricsAutoConfiguration;

/**
 * The server's entry point.
 *
 * <p>Tomcat's metrics count HTTP sessions, which there are none of, and start all of JMX for it.
 */
@SpringBootApplication(exclude = TomcatMetricsAutoConfiguration.class)
public class SluiceApplication {
  /** Starts the server. */
  public static void main(String[] args) {
    SpringApplication.run(SluiceApplication.class, args);
  }
}

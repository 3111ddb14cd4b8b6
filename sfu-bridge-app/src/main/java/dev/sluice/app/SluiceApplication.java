package dev.sluice.app;

import dev.sluice.transport.pipeline.SfuNode;
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
  /** Starts the server, or with {@code --doctor} looks for what would keep it from serving. */
  public static void main(String[] args) {
    if (Doctor.isAskedFor(args)) {
      System.exit(Doctor.run(args, System.out));
    }
    SfuNode.prepare();
    SpringApplication.run(SluiceApplication.class, args);
  }
}

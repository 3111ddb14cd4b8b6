package dev.sluice.app;

import dev.sluice.transport.pipeline.SfuNode;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.task.TaskExecutorMetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ScheduledTasksObservationAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.MultipartAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.metrics.TomcatMetricsAutoConfiguration;

/**
 * The server's entry point.
 *
 * <p>Left out is what would only lengthen the start: there are no aspects, no upload forms and no
 * tasks of Spring's to schedule or measure; Tomcat's metrics count HTTP sessions, which there are
 * none of, and start all of JMX for it.
 */
@SpringBootApplication(
    exclude = {
      AopAutoConfiguration.class,
      MultipartAutoConfiguration.class,
      ScheduledTasksObservationAutoConfiguration.class,
      TaskExecutorMetricsAutoConfiguration.class,
      TaskSchedulingAutoConfiguration.class,
      TomcatMetricsAutoConfiguration.class
    })
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

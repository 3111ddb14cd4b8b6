package dev.sluice.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The server's entry point. */
@SpringBootApplication
public class SluiceApplication {
  /** Starts the server. */
  public static void main(String[] args) {
    SpringApplication.run(SluiceApplication.class, args);
  }
}

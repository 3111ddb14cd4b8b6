package dev.sluice.e2e.harness;

import java.util.List;

/** Where the processes of a test run, and how the test itself reaches their TCP ports. */
public interface Machine {
  /** The one that the test runs on. */
  Machine THIS =
      new Machine() {
        @Override
        public List<String> command(List<String> command) {
          return command;
        }

        @Override
        public String reach(int port) {
          return "127.0.0.1:" + port;
        }

        @Override
        public String mediaAddress() {
          return "127.0.0.1";
        }
      };

  /** The command that runs this command there. The process it starts becomes that command. */
  List<String> command(List<String> command);

  /** Host and port by which the test reaches a TCP port of that machine's loopback. */
  String reach(int port);

  /** The address by which browsers on that machine reach the server's media port. */
  String mediaAddress();
}

package dev.sluice.e2e.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Runs inside a {@link NetworkNamespace} as a process of its own: for each port that it reads from
 * standard input it listens on the address given as its argument, passes connections on to the same
 * port of the loopback in there, and says so with a line. It ends with its input, and so never
 * outlives the test.
 */
final class NamespaceGate {
  private NamespaceGate() {}

  /** Runs until standard input ends. */
  public static void main(String[] arguments) throws IOException {
    InetAddress address = InetAddress.ofLiteral(arguments[0]);
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      int port = Integer.parseInt(line);
      // Not closed: it ends with this process.
      TcpRelay relay = new TcpRelay(new InetSocketAddress(address, port), port);
      System.out.println(relay.port());
    }
    System.exit(0);
  }
}

package dev.sluice.e2e.network;

import dev.sluice.e2e.harness.Machine;
import dev.sluice.e2e.harness.TestSettings;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A Linux network namespace: a machine of its own as far as the network goes. A pair of virtual
 * Ethernet interfaces joins it to this one, and its default route goes there, so that a server and
 * browsers inside have an address that is not loopback. Firefox never sends media to loopback.
 *
 * <p>Pages are still opened by {@code http://localhost}, which browsers take as a secure origin.
 * The test outside reaches TCP ports inside through a {@link NamespaceGate}.
 */
public final class NetworkNamespace implements Machine, AutoCloseable {
  private static final Path IP = Path.of("/usr/sbin/ip");
  private static final List<Path> FIREWALLS =
      List.of(Path.of("/usr/sbin/iptables"), Path.of("/usr/sbin/ip6tables"));
  private static final AtomicInteger CREATED = new AtomicInteger();

  /** A /30 per namespace out of the network for benchmarks (RFC 2544), which nobody routes. */
  private static final String NETWORK = "198.18.";

  /** A /64 per namespace out of the unique local addresses (RFC 4193), numbered from 1. */
  private static final String NETWORK_6 = "fd5a:18:0:";

  private final String name;
  private final String outerInterface;
  private final String innerAddress;
  private final Set<Integer> openPorts = new HashSet<>();
  private @Nullable Process gate;

  private NetworkNamespace(String name, String outerInterface, String innerAddress) {
    this.name = name;
    this.outerInterface = outerInterface;
    this.innerAddress = innerAddress;
  }

  /** Makes a namespace; the test is skipped where that is not possible. */
  public static NetworkNamespace create() {
    return create(false);
  }

  /** The same, with no IPv4 but on its loopback. */
  public static NetworkNamespace createIpv6Only() {
    return create(true);
  }

  private static NetworkNamespace create(boolean ipv6) {
    TestSettings.require(
        Files.isExecutable(IP), "Network namespaces need " + IP + "; install iproute2.");
    TestSettings.require(
        "root".equals(System.getProperty("user.name")), "Network namespaces need root.");
    long id = ProcessHandle.current().pid() * 16 + CREATED.getAndIncrement() % 16;
    String tag = Long.toHexString(id);
    // Two JVMs at once look for a block in different places.
    int block = freeBlock(Long.hashCode(id * 37) & 0xff);
    String prefix =
        ipv6 ? NETWORK_6 + Integer.toHexString(block + 1) + "::" : NETWORK + block + ".";
    NetworkNamespace namespace = new NetworkNamespace("sluice-" + tag, "sl" + tag, prefix + "2");
    try {
      namespace.build(prefix + "1", ipv6);
      return namespace;
    } catch (RuntimeException e) {
      namespace.close();
      throw e;
    }
  }

  /** The first block from a start on of which no interface here has an address. */
  private static int freeBlock(int start) {
    try {
      Set<String> taken = new HashSet<>();
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .map(InetAddress::getHostAddress)
          .forEach(taken::add);
      for (int i = 0; i < 256; i++) {
        int block = (start + i) & 0xff;
        if (!taken.contains(NETWORK + block + ".1")) {
          return block;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("All blocks of " + NETWORK + "0.0 are taken.");
  }

  private void build(String outerAddress, boolean ipv6) {
    String inner = outerInterface + "i";
    ip("netns", "add", name);
    ip("link", "add", outerInterface, "type", "veth", "peer", "name", inner, "netns", name);
    address(List.of(), outerAddress, outerInterface, ipv6);
    ip("link", "set", outerInterface, "up");
    address(List.of("-n", name), innerAddress, inner, ipv6);
    ip("-n", name, "link", "set", "lo", "up");
    ip("-n", name, "link", "set", inner, "up");
    ip("-n", name, "route", "add", "default", "via", outerAddress);
  }

  private static void address(List<String> where, String address, String link, boolean ipv6) {
    List<String> command = new ArrayList<>(where);
    command.addAll(List.of("addr", "add", address + (ipv6 ? "/64" : "/30"), "dev", link));
    if (ipv6) {
      command.add("nodad"); // usable at once: nobody else can have it
    }
    ip(command.toArray(String[]::new));
  }

  /**
   * From now on no UDP packet arrives at anybody inside, as behind a firewall that drops it without
   * a word. The test is skipped where there is no iptables.
   */
  public void blockUdp() {
    for (Path firewall : FIREWALLS) {
      TestSettings.require(
          Files.isExecutable(firewall), "Blocking UDP needs " + firewall + "; install iptables.");
      run(command(List.of(firewall.toString(), "-w", "-A", "INPUT", "-p", "udp", "-j", "DROP")));
    }
  }

  private static void ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of(IP.toString()));
    command.addAll(List.of(arguments));
    run(command);
  }

  private static void run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = process.inputReader().readAllAsString();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public List<String> command(List<String> command) {
    List<String> inside = new ArrayList<>(List.of(IP.toString(), "netns", "exec", name));
    inside.addAll(command);
    return inside;
  }

  @Override
  public synchronized String reach(int port) {
    if (openPorts.add(port)) {
      try {
        Process running = gate == null ? startGate() : gate;
        gate = running;
        BufferedWriter orders = running.outputWriter();
        orders.write(port + "\n");
        orders.flush();
        BufferedReader answers = running.inputReader();
        String answer = answers.readLine();
        if (!String.valueOf(port).equals(answer)) {
          throw new IllegalStateException("The gate does not open port " + port + ": " + answer);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return (innerAddress.contains(":") ? "[" + innerAddress + "]" : innerAddress) + ":" + port;
  }

  private Process startGate() throws IOException {
    return new ProcessBuilder(
            command(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx32m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    Path.of("target", "test-classes").toAbsolutePath().toString(),
                    NamespaceGate.class.getName(),
                    innerAddress)))
        .redirectError(TestSettings.artifact(name + "-gate.log").toFile())
        .start();
  }

  @Override
  public String mediaAddress() {
    return innerAddress;
  }

  /** Takes it down by name. Its processes must have ended, or they keep it alive unnamed. */
  @Override
  public void close() {
    Process running = gate;
    if (running != null) {
      running.destroy();
      try {
        running.waitFor(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    // The interface goes with its twin inside; by name first, so that it goes at once.
    for (String[] undo :
        List.of(
            new String[] {"link", "delete", outerInterface},
            new String[] {"netns", "delete", name})) {
      try {
        ip(undo);
      } catch (RuntimeException e) {
        System.err.println("Left over: " + e.getMessage());
      }
    }
  }
}

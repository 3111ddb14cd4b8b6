package dev.sluice.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.env.Environment;

/** Looks whether the ports of the configuration can be had. */
final class PortExaminer implements Examiner {
  private static final int HTTP_PORT = 8080;

  @Override
  public List<Finding> examine(SluiceProperties settings, Environment environment) {
    List<Finding> findings = new ArrayList<>();
    SluiceProperties.Media media = settings.media();
    InetAddress bind = InetAddress.ofLiteral(media.bindAddress());
    try (DatagramChannel udp = DatagramChannel.open()) {
      udp.bind(new InetSocketAddress(bind, media.port()));
    } catch (IOException taken) {
      findings.add(
          Finding.error(
              "media-port-taken",
              "UDP %s port %d, where media shall come, cannot be bound (%s)."
                  .formatted(media.bindAddress(), media.port(), taken.getMessage()),
              "ss -lunp shows who has it (perhaps this very server, running). Stop that, or set"
                  + " sluice.media.port."));
    }
    int tcp = media.tcpPort() == null ? media.port() : media.tcpPort();
    examineTcp(
        bind,
        tcp,
        "ICE-TCP",
        "Stop what has it (ss -ltnp), or set sluice.media.tcp-port; 0 is no TCP.",
        findings);
    String address = environment.getProperty("server.address", "0.0.0.0");
    int http = environment.getProperty("server.port", Integer.class, HTTP_PORT);
    try {
      examineTcp(
          InetAddress.getByName(address),
          http,
          "HTTP",
          "Stop what has it (ss -ltnp; perhaps this very server, running), or set server.port.",
          findings);
    } catch (IOException unknown) {
      findings.add(
          Finding.error(
              "http-address-unknown",
              "server.address is \"%s\", which is no address of this machine.".formatted(address),
              "Write 0.0.0.0 for all addresses, or 127.0.0.1 behind a proxy on this machine."));
    }
    return findings;
  }

  private static void examineTcp(
      InetAddress address, int port, String use, String fix, List<Finding> findings) {
    if (port == 0) {
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, port));
    } catch (IOException taken) {
      findings.add(
          Finding.error(
              use.equals("HTTP") ? "http-port-taken" : "tcp-port-taken",
              "TCP port %d, for %s, cannot be bound (%s).".formatted(port, use, taken.getMessage()),
              fix));
    }
  }
}

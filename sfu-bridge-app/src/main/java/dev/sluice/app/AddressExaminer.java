package dev.sluice.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * Looks at the addresses that clients are told: whether there is anybody at them. With the media
 * port free, it binds that and sends itself a datagram by way of each address.
 */
final class AddressExaminer implements Examiner {
  private static final int ATTEMPTS = 3;
  private static final long ATTEMPT_MILLIS = 250;
  private static final int TOKEN_BYTES = 16;
  private static final String ADVERTISED = "sluice.media.advertised-addresses";

  /** RFC 5737, RFC 3849: for documents, and for nobody. */
  private static final Pattern FOR_DOCUMENTS =
      Pattern.compile("(192\\.0\\.2|198\\.51\\.100|203\\.0\\.113)\\..*|2001:0?db8:.*");

  private final boolean mayBind;

  /**
   * @param mayBind whether the media port may be used for a moment; else only what the addresses
   *     are is looked at
   */
  AddressExaminer(boolean mayBind) {
    this.mayBind = mayBind;
  }

  @Override
  public List<Finding> examine(SluiceProperties settings, Environment environment) {
    SluiceProperties.Media media = settings.media();
    List<Finding> findings = new ArrayList<>();
    if (media.advertisedAddresses().isEmpty()) {
      examineAutomatic(settings, findings);
      return findings;
    }
    for (AdvertisedAddress advertised : media.advertised()) {
      InetAddress address = resolve(advertised.address());
      Finding wrong =
          address == null
              ? Finding.error(
                  "advertised-address-unknown",
                  "%s names %s, which cannot be resolved here: clients will not find it either."
                      .formatted(ADVERTISED, advertised.address()),
                  "Correct the name, or write the address itself.")
              : examine(settings, advertised, address);
      if (wrong != null) {
        findings.add(wrong);
      }
    }
    return findings;
  }

  private static void examineAutomatic(SluiceProperties settings, List<Finding> findings) {
    List<InetAddress> own = LanAddresses.ofThisMachine();
    if (!settings.isDevelopment()
        && InetAddress.ofLiteral(settings.media().bindAddress()).isAnyLocalAddress()
        && own.stream().allMatch(AddressExaminer::isPrivate)) {
      findings.add(
          Finding.warning(
              "only-private-addresses",
              "Clients are told the addresses of this machine, and all of those are private: nobody"
                  + " outside of its network can send media.",
              "Set %s to the public address, and lead the media port's UDP and TCP here."
                  .formatted(ADVERTISED)));
    }
  }

  private @Nullable Finding examine(
      SluiceProperties settings, AdvertisedAddress advertised, InetAddress address) {
    String text = advertised.address();
    if (FOR_DOCUMENTS.matcher(LanAddresses.text(address)).matches()) {
      return Finding.error(
          "advertised-address-example",
          "%s names %s, which is an address for documents: there is nobody."
              .formatted(ADVERTISED, text),
          "Write the address under which clients reach this machine.");
    }
    if (address.isLoopbackAddress() && !settings.isDevelopment()) {
      return Finding.error(
          "advertised-address-local",
          "%s names %s, under which clients reach themselves.".formatted(ADVERTISED, text),
          "Write the address under which clients reach this machine.");
    }
    return mayBind ? tryReach(settings.media(), advertised, address) : null;
  }

  private static @Nullable Finding tryReach(
      SluiceProperties.Media media, AdvertisedAddress advertised, InetAddress address) {
    try (DatagramChannel port = DatagramChannel.open();
        DatagramChannel client = DatagramChannel.open()) {
      port.bind(new InetSocketAddress(InetAddress.ofLiteral(media.bindAddress()), media.port()));
      int bound = ((InetSocketAddress) port.getLocalAddress()).getPort();
      int told = advertised.port() == 0 ? bound : advertised.port();
      if (arrives(client, new InetSocketAddress(address, told), port)) {
        return null;
      }
      String sentence =
          "What is sent to UDP %s port %d does not arrive at the media port, %d."
              .formatted(advertised.address(), told, bound);
      return MediaAddressHealth.isOfThisMachine(address)
          ? Finding.error(
              "media-port-closed",
              sentence,
              "Let UDP to port %d through this machine's firewall, and advertise the port that media has."
                  .formatted(bound))
          : Finding.warning(
              "advertised-address-unreachable",
              sentence
                  + " (Some routers do not lead back what comes from inside: then try from"
                  + " outside.)",
              "Correct %s, or have UDP port %d of that address led to port %d of this machine, and let through on the way."
                  .formatted(ADVERTISED, told, bound));
    } catch (IOException notBound) {
      return null; // The port's own examiner says so.
    }
  }

  private static boolean arrives(DatagramChannel client, InetSocketAddress to, DatagramChannel port)
      throws IOException {
    byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    port.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      port.register(selector, SelectionKey.OP_READ);
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        try {
          client.send(ByteBuffer.wrap(token), to);
        } catch (IOException noWay) {
          return false;
        }
        selector.select(ATTEMPT_MILLIS);
        ByteBuffer received = ByteBuffer.allocate(2 * TOKEN_BYTES);
        while (port.receive(received.clear()) != null) {
          if (received.flip().equals(ByteBuffer.wrap(token))) {
            return true;
          }
        }
        selector.selectedKeys().clear();
      }
      return false;
    }
  }

  private static @Nullable InetAddress resolve(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException unknown) {
      return null;
    }
  }

  private static boolean isPrivate(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xFE) == 0xFC;
    boolean carrier = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xC0) == 64; // RFC 6598
    return address.isSiteLocalAddress() || uniqueLocal || carrier;
  }
}

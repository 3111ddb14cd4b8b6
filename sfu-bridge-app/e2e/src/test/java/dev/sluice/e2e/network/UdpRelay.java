package dev.sluice.e2e.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A relay in user space between clients and one UDP server, which loses and delays datagrams by a
 * seed. Like a NAT it gives each client a port of its own towards the server. One thread owns all
 * of it; the counters may be read from anywhere.
 */
public final class UdpRelay implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private static final int MAX_CLIENTS = 256;
  private static final int MAX_DATAGRAM = 65_535;
  private static final int MAX_OVERHEARD = 1000;
  private static final int MAX_LOST = 100_000;

  private final InetSocketAddress server;
  private final LinkConditions conditions;
  private final Random random;
  private final Selector selector;
  private final DatagramChannel front;
  private final InetSocketAddress frontAddress;
  private final @Nullable PcapWriter capture;
  private final Map<InetSocketAddress, Client> clients = new HashMap<>();
  private final PriorityQueue<Delayed> delayed = new PriorityQueue<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM);
  private final LinkDirection toServer = new LinkDirection();
  private final LinkDirection toClient = new LinkDirection();
  private final Queue<byte[]> injections = new ConcurrentLinkedQueue<>();
  private final Queue<LostPacket> lostPackets = new LinkedBlockingQueue<>(MAX_LOST);
  private final ArrayDeque<Overheard> overheard = new ArrayDeque<>();
  private final AtomicInteger replaysWanted = new AtomicInteger();
  private final AtomicInteger replayed = new AtomicInteger();
  private final AtomicInteger movesWanted = new AtomicInteger();
  private volatile boolean newClientsAreBehind = true;
  private final Thread thread;
  private volatile boolean running = true;
  private long order;

  /**
   * An SRTP packet that was lost on purpose, by what of its header is readable for everyone, and
   * when by {@link System#nanoTime}.
   */
  public record LostPacket(
      boolean up, int payloadType, long ssrc, int sequence, long timestamp, long atNanos) {}

  private static final class Client {
    private final InetSocketAddress address;
    private final boolean behindBottleneck;
    private DatagramChannel back;

    Client(InetSocketAddress address, boolean behindBottleneck, DatagramChannel back) {
      this.address = address;
      this.behindBottleneck = behindBottleneck;
      this.back = back;
    }
  }

  /** An SRTP or SRTCP datagram of a client, as somebody on the way could keep it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Overheard(Client client, byte[] payload) {}

  private static final class Delayed implements Comparable<Delayed> {
    private final long dueNanos;
    private final long order;
    private final Client client;
    private final boolean up;
    private final byte[] payload;

    Delayed(long dueNanos, long order, Client client, boolean up, byte[] payload) {
      this.dueNanos = dueNanos;
      this.order = order;
      this.client = client;
      this.up = up;
      this.payload = payload;
    }

    @Override
    public int compareTo(Delayed other) {
      int byTime = Long.compare(dueNanos - other.dueNanos, 0);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** A relay to a port of this machine; what passes is written to {@code capture} if given. */
  public UdpRelay(int serverPort, LinkConditions conditions, long seed, @Nullable Path capture)
      throws IOException {
    this.server = new InetSocketAddress(LOOPBACK, serverPort);
    this.conditions = conditions;
    this.random = new Random(seed);
    this.capture = capture == null ? null : new PcapWriter(capture);
    this.selector = Selector.open();
    this.front = DatagramChannel.open().bind(new InetSocketAddress(LOOPBACK, 0));
    this.frontAddress = (InetSocketAddress) front.getLocalAddress();
    front.configureBlocking(false);
    front.register(selector, SelectionKey.OP_READ);
    this.thread = new Thread(this::run, "udp-relay-" + frontAddress.getPort());
    thread.start();
  }

  /** The port that clients send to. */
  public int port() {
    return frontAddress.getPort();
  }

  /** From the clients to the server. */
  public LinkDirection toServer() {
    return toServer;
  }

  /** From the server to the clients. */
  public LinkDirection toClient() {
    return toClient;
  }

  /** The SRTP packets that were lost, the first hundred thousand of them. */
  public List<LostPacket> lostPackets() {
    return List.copyOf(lostPackets);
  }

  /**
   * Sends a datagram to the server from the address of every client, as an attacker on the path.
   */
  public void injectToServer(byte[] payload) {
    injections.add(payload);
    selector.wakeup();
  }

  /**
   * Sends the last {@code count} SRTP and SRTCP datagrams of the clients once more, each from the
   * address it came from.
   *
   * @param count at most 1000
   */
  public void replayToServer(int count) {
    replaysWanted.set(count);
    selector.wakeup();
  }

  /** How many datagrams were replayed. */
  public int replayed() {
    return replayed.get();
  }

  /** Whether clients that come from now on are behind the bottlenecks, as they are at first. */
  public void putNewClientsBehindBottleneck(boolean behind) {
    newClientsAreBehind = behind;
  }

  /**
   * Gives every client another port towards the server and forgets the old one, as a NAT does after
   * a restart or a phone that moves to another network: neither end is told.
   */
  public void moveClients() {
    movesWanted.incrementAndGet();
    selector.wakeup();
  }

  private void run() {
    try {
      while (running) {
        long waitMillis = 1000;
        Delayed next = delayed.peek();
        if (next != null) {
          long leftNanos = Math.max(0, next.dueNanos - System.nanoTime());
          waitMillis = TimeUnit.NANOSECONDS.toMillis(leftNanos);
        }
        if (waitMillis == 0) {
          selector.selectNow(this::receive);
        } else {
          selector.select(this::receive, waitMillis);
        }
        moveIfWanted();
        forwardDue();
        forwardInjections();
        replayIfWanted();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      closeChannels();
    }
  }

  private void receive(SelectionKey key) {
    try {
      DatagramChannel channel = (DatagramChannel) key.channel();
      while (true) {
        buffer.clear();
        InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
        if (from == null) {
          return;
        }
        byte[] payload = Arrays.copyOf(buffer.array(), buffer.position());
        if (key.attachment() instanceof Client client) {
          accept(client, false, payload);
        } else {
          acceptFromClient(from, payload);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void acceptFromClient(InetSocketAddress from, byte[] payload) throws IOException {
    Client client = client(from);
    if (client != null) {
      accept(client, true, payload);
    }
  }

  private @Nullable Client client(InetSocketAddress address) throws IOException {
    Client known = clients.get(address);
    if (known != null || clients.size() >= MAX_CLIENTS) {
      return known;
    }
    Client client = new Client(address, newClientsAreBehind, newPort());
    client.back.register(selector, SelectionKey.OP_READ, client);
    clients.put(address, client);
    return client;
  }

  private static DatagramChannel newPort() throws IOException {
    DatagramChannel channel = DatagramChannel.open().bind(new InetSocketAddress(LOOPBACK, 0));
    channel.configureBlocking(false);
    return channel;
  }

  private void moveIfWanted() throws IOException {
    if (movesWanted.getAndSet(0) == 0) {
      return;
    }
    for (Client client : clients.values()) {
      DatagramChannel old = client.back;
      // Made before the old one is closed, so that it cannot get the same port.
      client.back = newPort();
      client.back.register(selector, SelectionKey.OP_READ, client);
      old.close();
    }
  }

  private void accept(Client client, boolean up, byte[] payload) {
    LinkDirection direction = up ? toServer : toClient;
    long now = System.nanoTime();
    boolean vanishes = random.nextDouble() < conditions.lossFraction();
    long leavesNanos =
        client.behindBottleneck && !vanishes ? direction.leavesNanos(payload.length, now) : now;
    if (vanishes || leavesNanos == LinkDirection.FULL) {
      direction.handleLost();
      noteLost(up, payload);
      return;
    }
    long jitterNanos = (long) (random.nextDouble() * conditions.jitterNanos());
    long dueNanos = leavesNanos + conditions.delayNanos() + jitterNanos;
    delayed.add(new Delayed(dueNanos, order++, client, up, payload));
  }

  private void noteLost(boolean up, byte[] payload) {
    ByteBuffer bytes = ByteBuffer.wrap(payload);
    int second = payload.length < 12 ? 0 : payload[1] & 0xFF;
    // RFC 7983 and RFC 5761: RTP, and neither STUN nor DTLS nor RTCP.
    if (payload.length >= 12 && (payload[0] & 0xC0) == 0x80 && (second < 192 || second > 223)) {
      long timestamp = Integer.toUnsignedLong(bytes.getInt(4));
      long ssrc = Integer.toUnsignedLong(bytes.getInt(8));
      int sequence = Short.toUnsignedInt(bytes.getShort(2));
      lostPackets.offer(
          new LostPacket(up, second & 0x7F, ssrc, sequence, timestamp, System.nanoTime()));
    }
  }

  private void forwardDue() throws IOException {
    for (Delayed next = delayed.peek();
        next != null && next.dueNanos - System.nanoTime() <= 0;
        next = delayed.peek()) {
      delayed.remove();
      ByteBuffer payload = ByteBuffer.wrap(next.payload);
      InetSocketAddress clientAddress = next.client.address;
      if (next.up) {
        next.client.back.send(payload, server);
        record(clientAddress, frontAddress, next.payload);
        toServer.handleForwarded(next.payload.length);
        overhear(next.client, next.payload);
      } else {
        front.send(payload, clientAddress);
        record(frontAddress, clientAddress, next.payload);
        toClient.handleForwarded(next.payload.length);
      }
    }
  }

  private void overhear(Client client, byte[] payload) {
    if (payload.length > 0 && (payload[0] & 0xC0) == 0x80) {
      overheard.add(new Overheard(client, payload));
      if (overheard.size() > MAX_OVERHEARD) {
        overheard.remove();
      }
    }
  }

  private void replayIfWanted() throws IOException {
    int skip = overheard.size() - replaysWanted.getAndSet(0);
    if (skip == overheard.size()) {
      return;
    }
    for (Overheard datagram : overheard) {
      if (skip-- <= 0) {
        datagram.client.back.send(ByteBuffer.wrap(datagram.payload), server);
        replayed.incrementAndGet();
      }
    }
  }

  private void forwardInjections() throws IOException {
    for (byte[] payload = injections.poll(); payload != null; payload = injections.poll()) {
      for (Client client : clients.values()) {
        client.back.send(ByteBuffer.wrap(payload), server);
      }
    }
  }

  private void record(InetSocketAddress from, InetSocketAddress to, byte[] payload)
      throws IOException {
    if (capture != null) {
      capture.write(Instant.now(), from, to, payload);
    }
  }

  private void closeChannels() {
    try {
      for (Client client : clients.values()) {
        client.back.close();
      }
      front.close();
      selector.close();
      if (capture != null) {
        capture.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the relay and completes the capture. */
  @Override
  public void close() {
    running = false;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.sluice.transport.pipeline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** A client's socket, UDP or TCP with the framing of RFC 4571, read by a thread of its own. */
interface TestWire extends AutoCloseable {
  void send(byte[] datagram);

  InetSocketAddress local();

  /** The other end has closed it. */
  boolean isEnded();

  @Override
  void close();

  static TestWire udp(int port, ObjIntConsumer<byte[]> received) {
    return udp(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        received);
  }

  static TestWire udp(
      InetSocketAddress local, InetSocketAddress server, ObjIntConsumer<byte[]> received) {
    try {
      return new Udp(new DatagramSocket(local), server, received);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static TestWire tcp(int port, ObjIntConsumer<byte[]> received) {
    return tcp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), port, received, null);
  }

  /**
   * A TCP connection to the loopback address.
   *
   * @param paused reading begins when it is counted down, or at once if it is null
   */
  static TestWire tcp(
      InetSocketAddress local,
      int port,
      ObjIntConsumer<byte[]> received,
      @Nullable CountDownLatch paused) {
    try {
      Socket socket = new Socket();
      socket.setTcpNoDelay(true);
      if (paused != null) {
        socket.setReceiveBufferSize(16 * 1024);
      }
      socket.bind(local);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return new Tcp(socket, received, paused);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A UDP socket that is not connected: it takes what comes from anywhere. */
  final class Udp implements TestWire {
    private final DatagramSocket socket;
    private final InetSocketAddress server;

    /** Where the last datagram came from. */
    private volatile InetSocketAddress sender = new InetSocketAddress(0);

    Udp(DatagramSocket socket, InetSocketAddress server, ObjIntConsumer<byte[]> received) {
      this.socket = socket;
      this.server = server;
      Thread.ofVirtual().start(() -> read(received));
    }

    private void read(ObjIntConsumer<byte[]> received) {
      byte[] buffer = new byte[2048];
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        while (true) {
          packet.setLength(buffer.length);
          socket.receive(packet);
          sender = (InetSocketAddress) packet.getSocketAddress();
          received.accept(buffer, packet.getLength());
        }
      } catch (IOException closed) {
        // The test is over.
      }
    }

    InetSocketAddress sender() {
      return sender;
    }

    @Override
    public void send(byte[] datagram) {
      try {
        socket.send(new DatagramPacket(datagram, datagram.length, server));
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    @Override
    public InetSocketAddress local() {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public boolean isEnded() {
      return socket.isClosed();
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  /** A TCP connection. */
  final class Tcp implements TestWire {
    private final Socket socket;
    private final DataOutputStream out;
    private volatile boolean ended;

    Tcp(Socket socket, ObjIntConsumer<byte[]> received, @Nullable CountDownLatch paused)
        throws IOException {
      this.socket = socket;
      out = new DataOutputStream(socket.getOutputStream());
      Thread.ofVirtual().start(() -> read(received, paused));
    }

    private void read(ObjIntConsumer<byte[]> received, @Nullable CountDownLatch paused) {
      byte[] buffer = new byte[1 << 16];
      try {
        if (paused != null) {
          paused.await();
        }
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
          int length = in.readUnsignedShort();
          in.readFully(buffer, 0, length);
          received.accept(buffer, length);
        }
      } catch (IOException | InterruptedException closed) {
        ended = true;
      }
    }

    @Override
    public void send(byte[] datagram) {
      byte[] frame = new byte[2 + datagram.length];
      frame[0] = (byte) (datagram.length >> 8);
      frame[1] = (byte) datagram.length;
      System.arraycopy(datagram, 0, frame, 2, datagram.length);
      sendRaw(frame);
    }

    /** Bytes as they are. */
    void sendRaw(byte[] bytes) {
      try {
        out.write(bytes);
        out.flush();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    @Override
    public InetSocketAddress local() {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public boolean isEnded() {
      return ended;
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}

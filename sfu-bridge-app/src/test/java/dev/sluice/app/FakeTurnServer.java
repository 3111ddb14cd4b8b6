package dev.sluice.app;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** As much of a TURN server (RFC 8656) as knows one user: allocations without relaying. */
final class FakeTurnServer implements AutoCloseable {
  private static final byte[] REALM = "example.org".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NONCE =
      "f//499k954d6OL34oL9FSTvy64sA".getBytes(StandardCharsets.UTF_8);
  private static final int HEADER = 20;
  private static final int SIGNED_TAIL = 24;

  private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
  private final AtomicInteger allocations = new AtomicInteger();
  private final byte[] key;

  FakeTurnServer(String username, String password) throws IOException {
    try {
      String secret = username + ":example.org:" + password;
      key = MessageDigest.getInstance("MD5").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException missing) {
      throw new AssertionError(missing);
    }
    Thread.ofVirtual().name("turn").start(this::serve);
  }

  int port() {
    return socket.getLocalPort();
  }

  int allocations() {
    return allocations.get();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        socket.receive(packet);
        byte[] request = Arrays.copyOf(packet.getData(), packet.getLength());
        byte[] answer = answer(request);
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private byte[] answer(byte[] request) {
    int method = ByteBuffer.wrap(request).getShort(0);
    if (!isSigned(request)) {
      ByteBuffer refusal = response(request, method | 0x0110);
      put(refusal, 0x0009, new byte[] {0, 0, 4, 1});
      put(refusal, 0x0015, NONCE);
      put(refusal, 0x0014, REALM);
      return written(refusal);
    }
    allocations.addAndGet(method == 0x0003 ? 1 : -1);
    ByteBuffer success = response(request, method | 0x0100);
    return written(success);
  }

  private static byte[] written(ByteBuffer message) {
    byte[] bytes = new byte[message.position()];
    message.duplicate().flip().get(bytes);
    return bytes;
  }

  private boolean isSigned(byte[] request) {
    int end = request.length - SIGNED_TAIL;
    if (end < HEADER || ByteBuffer.wrap(request).getShort(end) != 0x0008) {
      return false;
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(key, "HmacSHA1"));
      return Arrays.equals(
          mac.doFinal(Arrays.copyOf(request, end)),
          Arrays.copyOfRange(request, end + 4, request.length));
    } catch (GeneralSecurityException missing) {
      throw new AssertionError(missing);
    }
  }

  private static ByteBuffer response(byte[] request, int type) {
    return ByteBuffer.allocate(500)
        .putShort((short) type)
        .putShort((short) 0)
        .put(request, 4, HEADER - 4);
  }

  private static void put(ByteBuffer message, int attribute, byte[] value) {
    message.putShort((short) attribute).putShort((short) value.length).put(value);
    while (message.position() % 4 != 0) {
      message.put((byte) 0);
    }
    message.putShort(2, (short) (message.position() - HEADER));
  }

  @Override
  public void close() {
    socket.close();
  }
}

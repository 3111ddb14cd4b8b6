package dev.sluice.app;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Asks a STUN server whether it is there (RFC 8489), and a TURN server whether it takes a
 * credential (RFC 8656): an allocation that is given back at once. Over UDP; blocks for a second at
 * most for each question.
 */
final class StunProbe implements AutoCloseable {
  private static final int BINDING = 0x0001;
  private static final int ALLOCATE = 0x0003;
  private static final int REFRESH = 0x0004;
  private static final int SUCCESS = 0x0100;
  private static final int ERROR = 0x0110;

  private static final int USERNAME = 0x0006;
  private static final int MESSAGE_INTEGRITY = 0x0008;
  private static final int ERROR_CODE = 0x0009;
  private static final int LIFETIME = 0x000D;
  private static final int REALM = 0x0014;
  private static final int NONCE = 0x0015;
  private static final int REQUESTED_TRANSPORT = 0x0019;

  private static final int COOKIE = 0x2112A442;
  private static final int HEADER_BYTES = 20;
  private static final int TRANSACTION_BYTES = 12;
  private static final int HMAC_BYTES = 20;
  private static final int MAX_BYTES = 1500;
  private static final int UDP = 17;
  private static final int UNAUTHORIZED = 401;
  private static final int ATTEMPTS = 3;
  private static final int ATTEMPT_MILLIS = 330;

  /** What a server says. */
  enum Outcome {
    /** It is there, and takes the credential if there was one. */
    ANSWERS,
    /** Nothing comes back. */
    SILENT,
    /** It does not take the credential. */
    REFUSES
  }

  private final DatagramSocket socket;
  private final SecureRandom random = new SecureRandom();

  StunProbe(InetSocketAddress server) throws IOException {
    socket = new DatagramSocket();
    socket.connect(server);
    socket.setSoTimeout(ATTEMPT_MILLIS);
  }

  /** Whether a STUN server is there. */
  Outcome bind() throws IOException {
    return ask(request(BINDING)) == null ? Outcome.SILENT : Outcome.ANSWERS;
  }

  /** Whether a TURN server takes a credential. */
  Outcome allocate(String username, String credential) throws IOException {
    ByteBuffer first = request(ALLOCATE);
    put(first, REQUESTED_TRANSPORT, new byte[] {UDP, 0, 0, 0});
    byte[] challenge = ask(first);
    if (challenge == null) {
      return Outcome.SILENT;
    }
    byte[] realm = find(challenge, REALM);
    byte[] nonce = find(challenge, NONCE);
    if (realm == null || nonce == null) {
      return Outcome.ANSWERS; // It asks nobody for a credential.
    }
    Credential known = new Credential(username, credential, realm, nonce);
    ByteBuffer second = request(ALLOCATE);
    put(second, REQUESTED_TRANSPORT, new byte[] {UDP, 0, 0, 0});
    byte[] answer = ask(known.sign(second));
    if (answer == null) {
      return Outcome.SILENT;
    }
    if (type(answer) == (ALLOCATE | SUCCESS)) {
      ByteBuffer release = request(REFRESH);
      put(release, LIFETIME, new byte[4]);
      ask(known.sign(release));
      return Outcome.ANSWERS;
    }
    return type(answer) == (ALLOCATE | ERROR) && errorCode(answer) == UNAUTHORIZED
        ? Outcome.REFUSES
        : Outcome.ANSWERS;
  }

  /** A long-term credential (RFC 8489 §9.2), with what the server wants of it. */
  @SuppressWarnings("ArrayRecordComponent") // used once, never compared
  private record Credential(String username, String password, byte[] realm, byte[] nonce) {
    ByteBuffer sign(ByteBuffer request) throws IOException {
      put(request, USERNAME, username.getBytes(StandardCharsets.UTF_8));
      put(request, REALM, realm);
      put(request, NONCE, nonce);
      int end = request.position();
      request.putShort(2, (short) (end - HEADER_BYTES + 4 + HMAC_BYTES));
      try {
        String secret = username + ":" + new String(realm, StandardCharsets.UTF_8) + ":" + password;
        byte[] key =
            MessageDigest.getInstance("MD5").digest(secret.getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
        put(request, MESSAGE_INTEGRITY, mac.doFinal(written(request)));
        return request;
      } catch (GeneralSecurityException missing) {
        throw new IOException("this JDK cannot sign STUN messages", missing);
      }
    }
  }

  private ByteBuffer request(int type) {
    byte[] transaction = new byte[TRANSACTION_BYTES];
    random.nextBytes(transaction);
    return ByteBuffer.allocate(MAX_BYTES)
        .putShort((short) type)
        .putShort((short) 0)
        .putInt(COOKIE)
        .put(transaction);
  }

  private static void put(ByteBuffer message, int attribute, byte[] value) {
    message.putShort((short) attribute).putShort((short) value.length).put(value);
    while (message.position() % 4 != 0) {
      message.put((byte) 0);
    }
    message.putShort(2, (short) (message.position() - HEADER_BYTES));
  }

  private static byte[] written(ByteBuffer message) {
    byte[] bytes = new byte[message.position()];
    message.duplicate().flip().get(bytes);
    return bytes;
  }

  /** The answer to a request, or null when none comes. */
  private byte @Nullable [] ask(ByteBuffer request) throws IOException {
    byte[] bytes = written(request);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        socket.send(new DatagramPacket(bytes, bytes.length));
        DatagramPacket received = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
        socket.receive(received);
        byte[] answer = Arrays.copyOf(received.getData(), received.getLength());
        if (isAnswer(answer, bytes)) {
          return answer;
        }
      } catch (IOException silent) {
        // A timeout, or the word of a router that nobody is there.
      }
    }
    return null;
  }

  private static boolean isAnswer(byte[] answer, byte[] request) {
    return answer.length >= HEADER_BYTES
        && Arrays.equals(answer, 4, HEADER_BYTES, request, 4, HEADER_BYTES);
  }

  private static int type(byte[] message) {
    return Short.toUnsignedInt(ByteBuffer.wrap(message).getShort(0));
  }

  private static int errorCode(byte[] message) {
    byte[] value = find(message, ERROR_CODE);
    return value == null || value.length < 4 ? 0 : 100 * (value[2] & 7) + value[3];
  }

  private static byte @Nullable [] find(byte[] message, int attribute) {
    int at = HEADER_BYTES;
    while (at + 4 <= message.length) {
      int type = Short.toUnsignedInt(ByteBuffer.wrap(message).getShort(at));
      int length = Short.toUnsignedInt(ByteBuffer.wrap(message).getShort(at + 2));
      if (at + 4 + length > message.length) {
        return null;
      }
      if (type == attribute) {
        return Arrays.copyOfRange(message, at + 4, at + 4 + length);
      }
      at += 4 + (length + 3) / 4 * 4;
    }
    return null;
  }

  @Override
  public void close() {
    socket.close();
  }
}

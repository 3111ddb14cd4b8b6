package dev.sluice.transport.ice;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.ice4j.StackProperties;
import org.ice4j.StunException;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.attribute.AttributeFactory;
import org.ice4j.attribute.ErrorCodeAttribute;
import org.ice4j.attribute.FingerprintAttribute;
import org.ice4j.attribute.MessageIntegrityAttribute;
import org.ice4j.message.Message;
import org.ice4j.message.MessageFactory;
import org.ice4j.message.Request;
import org.ice4j.message.Response;
import org.ice4j.stack.StunStack;

/**
 * The one door to ice4j's codec: checks signatures, decodes requests, encodes signed responses. All
 * of ice4j's global settings are made here, before anything of it runs. Thread safe.
 */
final class StunCodec {
  /** Held, because java.util.logging forgets the level of a logger that nobody holds. */
  private static final List<Logger> QUIET_LOGGERS =
      List.of(
          Logger.getLogger("org.ice4j"),
          Logger.getLogger("org.jitsi"),
          Logger.getLogger("JitsiConfig"));

  static {
    // Without the first, ice4j's own request handling takes checks that are not signed; without the
    // second a response has no FINGERPRINT, and Chromium ignores it without a word.
    System.setProperty(StackProperties.REQUIRE_MESSAGE_INTEGRITY, "true");
    System.setProperty(StackProperties.ALWAYS_SIGN, "true");
    System.setProperty("ice4j.harvest.mapping.aws.enabled", "false");
    System.setProperty("ice4j.harvest.mapping.stun.addresses", "[]");
    System.setProperty("ice4j.redact-remote-addresses", "true");
    System.setProperty("ice4j.software", "");
    QUIET_LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
  }

  private static final int TRANSACTION_ID_LENGTH = 12;

  /** Where a message says its length (RFC 8489 §5). */
  private static final int LENGTH_AT = 2;

  private static final String HMAC_SHA1 = "HmacSHA1";

  /** The calling thread's own: to ask the providers for one is work and garbage for each check. */
  private static final ThreadLocal<Mac> MAC = ThreadLocal.withInitial(StunCodec::newMac);

  private StunCodec() {}

  /**
   * Whether the FINGERPRINT at the end of a message is right (RFC 8489 §14.7). Not a proof of
   * anything but of being STUN.
   */
  static boolean fingerprintMatches(byte[] datagram, int offset, int length) {
    int covered = length - StunFlyweight.ATTRIBUTE_HEADER_LENGTH - StunFlyweight.FINGERPRINT_LENGTH;
    byte[] crc = FingerprintAttribute.calculateXorCRC32(datagram, offset, covered);
    return Arrays.equals(
        crc, 0, crc.length, datagram, offset + length - crc.length, offset + length);
  }

  /**
   * Whether MESSAGE-INTEGRITY is right (RFC 8489 §14.5), compared in constant time.
   *
   * @param integrity where the attribute's header is
   * @param key the password's bytes (short-term credentials)
   */
  static boolean integrityMatches(byte[] datagram, int offset, int integrity, byte[] key) {
    int covered = integrity - offset;
    // The length that was signed ends with this very attribute.
    int signedLength =
        covered
            - StunFlyweight.HEADER_LENGTH
            + StunFlyweight.ATTRIBUTE_HEADER_LENGTH
            + StunFlyweight.MESSAGE_INTEGRITY_LENGTH;
    Mac mac = hmacSha1(key);
    mac.update(datagram, offset, LENGTH_AT);
    mac.update((byte) (signedLength >> 8));
    mac.update((byte) signedLength);
    mac.update(datagram, offset + LENGTH_AT + Short.BYTES, covered - LENGTH_AT - Short.BYTES);
    byte[] expected = mac.doFinal();
    byte[] received = new byte[StunFlyweight.MESSAGE_INTEGRITY_LENGTH];
    System.arraycopy(
        datagram, integrity + StunFlyweight.ATTRIBUTE_HEADER_LENGTH, received, 0, received.length);
    return MessageDigest.isEqual(expected, received);
  }

  private static Mac newMac() {
    try {
      return Mac.getInstance(HMAC_SHA1);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has " + HMAC_SHA1, missing);
    }
  }

  /** The calling thread's own, at the beginning of a message. */
  private static Mac hmacSha1(byte[] key) {
    Mac mac = MAC.get();
    try {
      mac.init(new SecretKeySpec(key, HMAC_SHA1));
    } catch (InvalidKeyException refused) {
      throw new IllegalStateException("HMAC takes keys of any length", refused);
    }
    return mac;
  }

  /**
   * Decodes a request whose signature has been checked.
   *
   * @throws StunException if an attribute has a form that ice4j does not take
   */
  static Request decode(byte[] datagram, int offset, int length) throws StunException {
    // A copy: ice4j's decoder counts wrongly when a message does not start at offset 0.
    byte[] message = new byte[length];
    System.arraycopy(datagram, offset, message, 0, length);
    try {
      if (Message.decode(message, 0, length) instanceof Request request) {
        return request;
      }
    } catch (RuntimeException e) {
      throw new StunException("ice4j could not decode an attribute", e);
    }
    throw new StunException("not a request");
  }

  /** A check as a client would send it. */
  static byte[] check(String username, String password) throws StunException {
    Request request = MessageFactory.createBindingRequest();
    request.setTransactionID(new byte[TRANSACTION_ID_LENGTH]);
    request.putAttribute(AttributeFactory.createUsernameAttribute(username));
    return sign(request, password.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] success(Request request, InetSocketAddress mapped, byte[] key)
      throws StunException {
    TransportAddress address =
        new TransportAddress(mapped.getAddress(), mapped.getPort(), Transport.UDP);
    return sign(MessageFactory.createBindingResponse(request, address), request, key);
  }

  /** 487 (RFC 8445 §7.3.1.1): both ends think they are controlled. */
  static byte[] roleConflict(Request request, byte[] key) throws StunException {
    Response response = MessageFactory.createBindingErrorResponse(ErrorCodeAttribute.ROLE_CONFLICT);
    return sign(response, request, key);
  }

  /** 420 (RFC 8489 §6.3.1). */
  static byte[] unknownAttributes(Request request, char[] types, byte[] key) throws StunException {
    return sign(MessageFactory.createBindingErrorResponseUnknownAttributes(types), request, key);
  }

  private static byte[] sign(Response response, Request request, byte[] key) throws StunException {
    response.setTransactionID(request.getTransactionID());
    return sign(response, key);
  }

  private static byte[] sign(Message message, byte[] key) throws StunException {
    message.putAttribute(new KeyedIntegrity(key));
    message.putAttribute(AttributeFactory.createFingerprintAttribute());
    try {
      // KeyedIntegrity is what makes do without a stack.
      return message.encode(null);
    } catch (RuntimeException e) {
      throw new StunException("ice4j could not encode a message", e);
    }
  }

  /**
   * MESSAGE-INTEGRITY with a key of its own. ice4j's asks the credentials table of a stack, by name
   * and while encoding, when the peer may be gone already.
   */
  private static final class KeyedIntegrity extends MessageIntegrityAttribute {
    private final byte[] key;

    KeyedIntegrity(byte[] key) {
      this.key = key;
    }

    @Override
    public byte[] encode(StunStack stack, byte[] content, int offset, int length) {
      byte[] attribute = new byte[HEADER_LENGTH + getDataLength()];
      attribute[1] = (byte) getAttributeType();
      attribute[3] = (byte) getDataLength();
      Mac mac = hmacSha1(key);
      mac.update(content, offset, length);
      byte[] code = mac.doFinal();
      System.arraycopy(code, 0, attribute, HEADER_LENGTH, code.length);
      return attribute;
    }
  }
}

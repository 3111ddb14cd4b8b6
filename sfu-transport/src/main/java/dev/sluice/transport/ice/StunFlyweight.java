package dev.sluice.transport.ice;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads a STUN message in place (RFC 8489 §5, §14), without allocating. It judges datagrams before
 * anything is known of their sender; only what it lets through, and what then proves to be
 * authentic, is decoded by ice4j.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0 0|     STUN Message Type     |         Message Length        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         Magic Cookie                          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                     Transaction ID (96 bits)                  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  attributes: Type (16) | Length (16) | Value, padded to 4     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
final class StunFlyweight {
  static final int HEADER_LENGTH = 20;
  static final int ATTRIBUTE_HEADER_LENGTH = 4;
  static final int MAGIC_COOKIE = 0x2112_A442;

  static final int BINDING_REQUEST = 0x0001;
  static final int BINDING_INDICATION = 0x0011;

  static final int USERNAME = 0x0006;
  static final int MESSAGE_INTEGRITY = 0x0008;
  static final int PRIORITY = 0x0024;
  static final int USE_CANDIDATE = 0x0025;
  static final int FINGERPRINT = 0x8028;
  static final int ICE_CONTROLLED = 0x8029;

  static final int MESSAGE_INTEGRITY_LENGTH = 20;
  static final int FINGERPRINT_LENGTH = 4;

  /** Attribute types below this one must be understood (RFC 8489 §14). */
  private static final int FIRST_COMPREHENSION_OPTIONAL = 0x8000;

  /** Far more than a check of any client has; a bound on the work for one datagram. */
  private static final int MAX_ATTRIBUTES = 32;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private StunFlyweight() {}

  /** Header, cookie and lengths agree, and the attributes fill the message exactly. */
  static boolean isWellFormed(byte[] b, int offset, int length) {
    if (length < HEADER_LENGTH
        || (length & 3) != 0
        || (b[offset] & 0xC0) != 0
        || (int) INT.get(b, offset + 4) != MAGIC_COOKIE
        || unsignedShort(b, offset + 2) != length - HEADER_LENGTH) {
      return false;
    }
    int end = offset + length;
    int position = offset + HEADER_LENGTH;
    for (int count = 0; position < end; count++) {
      if (count == MAX_ATTRIBUTES || end - position < ATTRIBUTE_HEADER_LENGTH) {
        return false;
      }
      position = next(b, position);
    }
    return position == end;
  }

  static int messageType(byte[] b, int offset) {
    return unsignedShort(b, offset);
  }

  /**
   * Where the header of the first attribute of this type is, or -1. For a well-formed message.
   *
   * @param end where to stop: what follows MESSAGE-INTEGRITY is not protected and must not be read
   */
  static int find(byte[] b, int offset, int end, int attributeType) {
    for (int p = offset + HEADER_LENGTH; p < end; p = next(b, p)) {
      if (unsignedShort(b, p) == attributeType) {
        return p;
      }
    }
    return -1;
  }

  static int attributeLength(byte[] b, int attribute) {
    return unsignedShort(b, attribute + 2);
  }

  /** FINGERPRINT is the last attribute, where RFC 8489 §14.7 wants it. */
  static boolean endsWithFingerprint(byte[] b, int offset, int length) {
    int attribute = offset + length - ATTRIBUTE_HEADER_LENGTH - FINGERPRINT_LENGTH;
    return find(b, offset, offset + length, FINGERPRINT) == attribute
        && attributeLength(b, attribute) == FINGERPRINT_LENGTH;
  }

  /** Whether an attribute must be understood, and is none of those that a lite agent knows. */
  static boolean isUnknown(byte[] b, int attribute) {
    int type = unsignedShort(b, attribute);
    return type < FIRST_COMPREHENSION_OPTIONAL
        && type != USERNAME
        && type != MESSAGE_INTEGRITY
        && type != PRIORITY
        && type != USE_CANDIDATE;
  }

  /** Where the next attribute begins, or the end of the message. */
  static int next(byte[] b, int attribute) {
    return attribute + ATTRIBUTE_HEADER_LENGTH + ((attributeLength(b, attribute) + 3) & ~3);
  }

  static int attributeType(byte[] b, int attribute) {
    return unsignedShort(b, attribute);
  }

  private static int unsignedShort(byte[] b, int offset) {
    return (short) SHORT.get(b, offset) & 0xFFFF;
  }
}

package dev.sluice.transport.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Messages for one UDP socket that leave with one call of {@code sendmmsg(2)}, each one or more
 * datagrams of equal size for one address ({@code UDP_SEGMENT}). They lie back to back in one piece
 * of native memory that is used again and again, and so stays in the processor's cache; nothing is
 * allocated for a message. The layouts are those of 64-bit Linux.
 *
 * <p>Owner: the worker of the socket.
 */
final class MessageVector {
  /** As many as one call takes here. */
  static final int MAX_MESSAGES = 64;

  /** Bytes of all messages of one call. */
  static final int MAX_BYTES = 256 * 1024;

  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int EINVAL = 22;
  private static final int ENOBUFS = 105;

  private static final short AF_INET = 2;
  private static final short AF_INET6 = 10;
  private static final int SOL_UDP = 17;
  private static final int UDP_SEGMENT = 103;

  // struct mmsghdr: a struct msghdr, and how many bytes of it were sent
  private static final int HEADER_BYTES = 64;
  private static final int NAME_AT = 0;
  private static final int NAME_LENGTH_AT = 8;
  private static final int VECTOR_AT = 16;
  private static final int VECTOR_LENGTH_AT = 24;
  private static final int CONTROL_AT = 32;
  private static final int CONTROL_LENGTH_AT = 40;

  // struct iovec
  private static final int IOVEC_BYTES = 16;
  private static final int IOVEC_LENGTH_AT = 8;

  // struct sockaddr_in, struct sockaddr_in6
  private static final int NAME_BYTES = 32;
  private static final int INET_BYTES = 16;
  private static final int INET6_BYTES = 28;
  private static final int PORT_AT = 2;
  private static final int INET_ADDRESS_AT = 4;
  private static final int INET6_ADDRESS_AT = 8;
  private static final int INET6_SCOPE_AT = 24;

  // struct cmsghdr with one short
  private static final int CONTROL_BYTES = 24;
  private static final int CONTROL_USED_BYTES = 18;
  private static final int CONTROL_LEVEL_AT = 8;
  private static final int CONTROL_TYPE_AT = 12;
  private static final int SEGMENT_AT = 16;

  private static final ValueLayout.OfShort NET_SHORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  private static final ValueLayout.OfInt NET_INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

  /** On addresses of 8 octets, as all of them are here. */
  private static final ValueLayout.OfLong NET_LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

  private static final @Nullable MethodHandle SENDMMSG = sendmmsg();
  private static final VarHandle ERRNO =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private final MethodHandle sendmmsg;
  private final int socket;
  private final boolean inet6;
  private final MemorySegment headers;
  private final MemorySegment names;
  private final MemorySegment controls;
  private final MemorySegment vectors;
  private final MemorySegment content;
  private final MemorySegment callState;
  private final @Nullable UdpRemote[] remotes = new @Nullable UdpRemote[MAX_MESSAGES];

  /** Where each message begins in the content, and where the next one will. */
  private final int[] offsets = new int[MAX_MESSAGES + 1];

  private final int[] segmentBytes = new int[MAX_MESSAGES];
  private int count;

  /** What becomes of messages that do not leave. Contents are of use until the method returns. */
  interface Refusals {
    /** The socket takes no more now: this message has to wait. */
    void onFull(ByteBuffer content, int segmentBytes, UdpRemote remote);

    /** The kernel refuses this message, by this {@code errno}. */
    void onRefused(int errno, ByteBuffer content, int segmentBytes, UdpRemote remote);
  }

  /**
   * As {@link #of}.
   *
   * @param sendmmsg the call's state, the socket, the address of the first header, how many there
   *     are, and flags
   */
  MessageVector(MethodHandle sendmmsg, int socket, boolean inet6) {
    this.sendmmsg = sendmmsg;
    this.socket = socket;
    this.inet6 = inet6;
    Arena arena = Arena.ofAuto();
    headers = arena.allocate((long) MAX_MESSAGES * HEADER_BYTES, 64);
    names = arena.allocate((long) MAX_MESSAGES * NAME_BYTES, 64);
    controls = arena.allocate((long) MAX_MESSAGES * CONTROL_BYTES, 64);
    vectors = arena.allocate((long) MAX_MESSAGES * IOVEC_BYTES, 64);
    content = arena.allocate(MAX_BYTES, 64);
    callState = arena.allocate(Linker.Option.captureStateLayout());
    for (int i = 0; i < MAX_MESSAGES; i++) {
      initialize(i);
    }
  }

  /** What is the same for all messages. */
  private void initialize(int index) {
    long header = (long) index * HEADER_BYTES;
    long vector = (long) index * IOVEC_BYTES;
    long control = (long) index * CONTROL_BYTES;
    long name = (long) index * NAME_BYTES;
    headers.set(ValueLayout.JAVA_LONG, header + NAME_AT, names.address() + name);
    headers.set(ValueLayout.JAVA_INT, header + NAME_LENGTH_AT, inet6 ? INET6_BYTES : INET_BYTES);
    headers.set(ValueLayout.JAVA_LONG, header + VECTOR_AT, vectors.address() + vector);
    headers.set(ValueLayout.JAVA_LONG, header + VECTOR_LENGTH_AT, 1);
    headers.set(ValueLayout.JAVA_LONG, header + CONTROL_AT, controls.address() + control);
    controls.set(ValueLayout.JAVA_LONG, control, CONTROL_USED_BYTES);
    controls.set(ValueLayout.JAVA_INT, control + CONTROL_LEVEL_AT, SOL_UDP);
    controls.set(ValueLayout.JAVA_INT, control + CONTROL_TYPE_AT, UDP_SEGMENT);
    names.set(ValueLayout.JAVA_SHORT, name, inet6 ? AF_INET6 : AF_INET);
  }

  /**
   * For this socket, or null where there is no such system call here, or no permission to call it.
   *
   * @param socket its file descriptor
   * @param inet6 whether its addresses are those of IPv6
   */
  static @Nullable MessageVector of(int socket, boolean inet6) {
    MethodHandle found = SENDMMSG;
    if (found == null) {
      return null;
    }
    MessageVector vector = new MessageVector(found, socket, inet6);
    // Of no messages it sends none, unless a sandbox does not have it.
    return vector.call(0) == 0 ? vector : null;
  }

  /** Whether a message of so many bytes has a place. */
  boolean hasRoom(int bytes) {
    return count < MAX_MESSAGES && offsets[count] + bytes <= MAX_BYTES;
  }

  /**
   * Adds a message; only after {@link #hasRoom}.
   *
   * @param segment the size of each datagram but the last, which may be smaller
   */
  void add(byte[] bytes, int offset, int length, int segment, UdpRemote remote) {
    int at = offsets[count];
    MemorySegment.copy(bytes, offset, content, ValueLayout.JAVA_BYTE, at, length);
    long vector = (long) count * IOVEC_BYTES;
    vectors.set(ValueLayout.JAVA_LONG, vector, content.address() + at);
    vectors.set(ValueLayout.JAVA_LONG, vector + IOVEC_LENGTH_AT, length);
    headers.set(
        ValueLayout.JAVA_LONG,
        (long) count * HEADER_BYTES + CONTROL_LENGTH_AT,
        segment < length ? CONTROL_BYTES : 0);
    controls.set(
        ValueLayout.JAVA_SHORT, (long) count * CONTROL_BYTES + SEGMENT_AT, (short) segment);
    writeName((long) count * NAME_BYTES, remote);
    remotes[count] = remote;
    segmentBytes[count] = segment;
    offsets[++count] = at + length;
  }

  private void writeName(long at, UdpRemote remote) {
    names.set(NET_SHORT, at + PORT_AT, remote.port());
    if (inet6) {
      names.set(NET_LONG, at + INET6_ADDRESS_AT, remote.high());
      names.set(NET_LONG, at + INET6_ADDRESS_AT + Long.BYTES, remote.low());
      names.set(ValueLayout.JAVA_INT, at + INET6_SCOPE_AT, remote.scopeId());
    } else {
      names.set(NET_INT, at + INET_ADDRESS_AT, remote.inet());
    }
  }

  /**
   * Sends all messages; what does not leave goes to {@code refusals}. Empty afterwards.
   *
   * @return whether a message of several datagrams has left
   */
  boolean send(Refusals refusals) {
    boolean segmented = false;
    int from = 0;
    while (from < count) {
      int sent = call(from);
      int errno = sent < 0 ? (int) ERRNO.get(callState, 0L) : 0;
      if (sent >= 0) {
        for (int i = from; i < from + sent && !segmented; i++) {
          segmented = segmentBytes[i] < length(i);
        }
        from += Math.max(sent, 1);
      } else if (errno == EAGAIN || errno == ENOBUFS) {
        for (int i = from; i < count; i++) {
          refusals.onFull(content(i), segmentBytes[i], remote(i));
        }
        from = count;
      } else if (errno != EINTR) {
        refusals.onRefused(errno, content(from), segmentBytes[from], remote(from));
        from++;
      }
    }
    clear();
    return segmented;
  }

  private int call(int from) {
    try {
      return (int)
          sendmmsg.invokeExact(
              callState, socket, headers.address() + (long) from * HEADER_BYTES, count - from, 0);
    } catch (Throwable failure) {
      throw new IllegalStateException("sendmmsg is a plain C function", failure);
    }
  }

  private void clear() {
    for (int i = 0; i < count; i++) {
      remotes[i] = null;
    }
    count = 0;
  }

  private int length(int index) {
    return offsets[index + 1] - offsets[index];
  }

  private ByteBuffer content(int index) {
    return content.asSlice(offsets[index], length(index)).asByteBuffer();
  }

  private UdpRemote remote(int index) {
    return Objects.requireNonNull(remotes[index], "a message has somewhere to go");
  }

  @SuppressWarnings("restricted") // the start scripts enable native access
  private static @Nullable MethodHandle sendmmsg() {
    if (ValueLayout.ADDRESS.byteSize() != Long.BYTES
        || !System.getProperty("os.name").equals("Linux")) {
      return null;
    }
    try {
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find("sendmmsg")
          .map(
              function ->
                  linker.downcallHandle(
                      function,
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_LONG,
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_INT),
                      Linker.Option.captureCallState("errno")))
          .orElse(null);
    } catch (IllegalCallerException | UnsupportedOperationException notAllowed) {
      return null;
    }
  }
}

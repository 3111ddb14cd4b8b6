package dev.sluice.perf.load;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/**
 * UDP sockets by the C library: reads a batch with one call, and each datagram comes with the time
 * at which the kernel took it from the wire ({@code SO_TIMESTAMPNS}). So delays are exact however
 * late the socket is read, and hundreds of sockets are cheap for one thread. The layouts are those
 * of 64-bit Linux with glibc.
 *
 * <p>Owner: one thread, but for {@link #send}, whose scratch is the caller's.
 */
final class NativeUdp {
  /** Datagrams of one read. */
  static final int BATCH = 64;

  private static final int DATAGRAM_BYTES = 2048;
  private static final int CONTROL_BYTES = 64;
  private static final int MMSGHDR_BYTES = 64;
  private static final int IOVEC_BYTES = 16;
  static final int ADDRESS_BYTES = 16;

  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM_NONBLOCK = 2 | 0x800;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVBUF = 8;
  private static final int SO_TIMESTAMPNS = 35;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int CLOCK_REALTIME = 0;
  private static final int BUFFER_BYTES = 4 << 20;

  private static final ValueLayout.OfShort NET_SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final MethodHandle SOCKET =
      function("socket", ints(3).changeReturnLayout(ValueLayout.JAVA_INT));
  private static final MethodHandle CLOSE =
      function("close", ints(1).changeReturnLayout(ValueLayout.JAVA_INT));
  private static final MethodHandle BIND =
      function(
          "bind",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private static final MethodHandle GETSOCKNAME =
      function(
          "getsockname",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS));
  private static final MethodHandle SETSOCKOPT =
      function(
          "setsockopt",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private static final MethodHandle RECVMMSG =
      function(
          "recvmmsg",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS));
  private static final MethodHandle SENDTO =
      function(
          "sendto",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private static final MethodHandle CLOCK_GETTIME =
      function(
          "clock_gettime",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

  private final MemorySegment messages;
  private final MemorySegment buffers;
  private final MemorySegment controls;
  private final MemorySegment clock;
  private final byte[] datagram = new byte[DATAGRAM_BYTES];

  /** Takes a datagram of {@link #receive}; the array is used again for the next one. */
  interface Reader {
    /**
     * One datagram.
     *
     * @param arrivalNanos when the kernel took it, on the clock of {@link #realtimeNanos}
     */
    void onDatagram(byte[] datagram, int length, long arrivalNanos);
  }

  NativeUdp(Arena arena) {
    buffers = arena.allocate((long) BATCH * DATAGRAM_BYTES, 64);
    controls = arena.allocate((long) BATCH * CONTROL_BYTES, 64);
    messages = arena.allocate((long) BATCH * MMSGHDR_BYTES, 64);
    clock = arena.allocate(16, 8);
    MemorySegment vectors = arena.allocate((long) BATCH * IOVEC_BYTES, 64);
    for (int i = 0; i < BATCH; i++) {
      MemorySegment vector = vectors.asSlice((long) i * IOVEC_BYTES, IOVEC_BYTES);
      vector.set(ValueLayout.ADDRESS, 0, buffers.asSlice((long) i * DATAGRAM_BYTES));
      vector.set(ValueLayout.JAVA_LONG, 8, DATAGRAM_BYTES);
      MemorySegment message = messages.asSlice((long) i * MMSGHDR_BYTES, MMSGHDR_BYTES);
      message.set(ValueLayout.ADDRESS, 16, vector);
      message.set(ValueLayout.JAVA_LONG, 24, 1L);
      message.set(ValueLayout.ADDRESS, 32, controls.asSlice((long) i * CONTROL_BYTES));
    }
  }

  /** A socket on a free port of an IPv4 address, with large buffers and arrival times. */
  static int open(Inet4Address local) {
    try (Arena arena = Arena.ofConfined()) {
      int socket = (int) SOCKET.invokeExact(AF_INET, SOCK_DGRAM_NONBLOCK, 0);
      MemorySegment any = address(arena, new InetSocketAddress(local, 0));
      if (socket < 0 || (int) BIND.invokeExact(socket, any, ADDRESS_BYTES) != 0) {
        throw new IllegalStateException("no UDP socket on " + local + "; is `ulimit -n` too low?");
      }
      set(arena, socket, SO_RCVBUF, BUFFER_BYTES);
      set(arena, socket, SO_SNDBUF, BUFFER_BYTES);
      set(arena, socket, SO_TIMESTAMPNS, 1);
      return socket;
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /** The port of a socket. */
  static int port(int socket) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(ADDRESS_BYTES, 8);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, ADDRESS_BYTES);
      if ((int) GETSOCKNAME.invokeExact(socket, address, length) != 0) {
        throw new IllegalStateException("a bound socket has a name");
      }
      return address.get(NET_SHORT, 2) & 0xFFFF;
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  static void close(int socket) {
    try {
      int ignored = (int) CLOSE.invokeExact(socket);
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /** An address as the C library wants it. */
  static MemorySegment address(Arena arena, InetSocketAddress address) {
    MemorySegment out = arena.allocate(ADDRESS_BYTES, 8);
    out.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
    out.set(NET_SHORT, 2, (short) address.getPort());
    MemorySegment.copy(
        address.getAddress().getAddress(), 0, out, ValueLayout.JAVA_BYTE, 4, Integer.BYTES);
    return out;
  }

  /**
   * Sends one datagram; a full buffer loses it.
   *
   * @param scratch native memory that nobody else uses meanwhile
   */
  static void send(int socket, MemorySegment scratch, byte[] bytes, int length, MemorySegment to) {
    MemorySegment.copy(bytes, 0, scratch, ValueLayout.JAVA_BYTE, 0, length);
    try {
      long ignored =
          (long)
              SENDTO.invokeExact(socket, scratch, (long) length, MSG_DONTWAIT, to, ADDRESS_BYTES);
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /** Reads all that waits on a socket. */
  void receive(int socket, Reader reader) {
    int count;
    do {
      for (int i = 0; i < BATCH; i++) {
        messages.set(ValueLayout.JAVA_LONG, (long) i * MMSGHDR_BYTES + 40, CONTROL_BYTES);
      }
      try {
        count =
            (int) RECVMMSG.invokeExact(socket, messages, BATCH, MSG_DONTWAIT, MemorySegment.NULL);
      } catch (Throwable failure) {
        throw rethrown(failure);
      }
      for (int i = 0; i < count; i++) {
        int length = messages.get(ValueLayout.JAVA_INT, (long) i * MMSGHDR_BYTES + 56);
        MemorySegment.copy(
            buffers, ValueLayout.JAVA_BYTE, (long) i * DATAGRAM_BYTES, datagram, 0, length);
        long at = (long) i * CONTROL_BYTES;
        // One control message: length (8), level and type (4 each), seconds and nanoseconds.
        long seconds = controls.get(ValueLayout.JAVA_LONG, at + 16);
        long nanos = controls.get(ValueLayout.JAVA_LONG, at + 24);
        reader.onDatagram(datagram, length, seconds * 1_000_000_000L + nanos);
      }
    } while (count == BATCH);
  }

  /** The wall clock to the nanosecond, which the kernel stamps arrivals with. */
  long realtimeNanos() {
    try {
      int ignored = (int) CLOCK_GETTIME.invokeExact(CLOCK_REALTIME, clock);
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
    return clock.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L
        + clock.get(ValueLayout.JAVA_LONG, 8);
  }

  private static void set(Arena arena, int socket, int option, int value) throws Throwable {
    MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, value);
    if ((int) SETSOCKOPT.invokeExact(socket, SOL_SOCKET, option, number, Integer.BYTES) != 0) {
      throw new IllegalStateException("the kernel refuses socket option " + option);
    }
  }

  @SuppressWarnings("restricted") // --enable-native-access is given by perf/run
  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  private static FunctionDescriptor ints(int count) {
    ValueLayout.OfInt[] arguments = new ValueLayout.OfInt[count];
    java.util.Arrays.fill(arguments, ValueLayout.JAVA_INT);
    return FunctionDescriptor.ofVoid(arguments);
  }

  private static RuntimeException rethrown(Throwable failure) {
    return switch (failure) {
      case RuntimeException unchecked -> unchecked;
      case Error error -> throw error;
      default -> new IllegalStateException(failure);
    };
  }
}

package dev.sluice.app;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * Whether something keeps the clock of this machine right, as its kernel says. Asked by adjtimex(2)
 * with nothing to adjust, which everybody may.
 */
final class KernelClock {
  /** {@code struct timex} where a long has eight bytes; what is not read is padding here. */
  private static final long TIMEX_BYTES = 208;

  private static final long STATUS_OFFSET = 40;

  /** "Clock unsynchronized", from the kernel's timex.h. */
  private static final int STA_UNSYNC = 0x40;

  private KernelClock() {}

  /** What the kernel knows. */
  enum State {
    /** A time service has set the clock, and says that it is right. */
    SYNCHRONISED,
    /** Nothing has, or not for hours. */
    UNSYNCHRONISED,
    /** Another system, or one that does not say. */
    UNKNOWN
  }

  /** As it is now. */
  static State state() {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")
        || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
      return State.UNKNOWN;
    }
    Linker linker = Linker.nativeLinker();
    return linker.defaultLookup().find("adjtimex").map(KernelClock::ask).orElse(State.UNKNOWN);
  }

  @SuppressWarnings("restricted")
  private static State ask(MemorySegment adjtimex) {
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle call =
          Linker.nativeLinker()
              .downcallHandle(
                  adjtimex, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
      MemorySegment timex = arena.allocate(TIMEX_BYTES, Long.BYTES);
      if ((int) call.invokeExact(timex) < 0) {
        return State.UNKNOWN;
      }
      int status = timex.get(ValueLayout.JAVA_INT, STATUS_OFFSET);
      return (status & STA_UNSYNC) == 0 ? State.SYNCHRONISED : State.UNSYNCHRONISED;
    } catch (Throwable refused) {
      return State.UNKNOWN; // Native access is not granted; the clock is no reason to fail.
    }
  }
}

package dev.sluice.transport.udp;

import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Answers {@code sendmmsg} as a test says, one call after the other; nothing is sent. */
final class ScriptedKernel {
  /** How many messages each call offered. */
  final List<Integer> offered = new ArrayList<>();

  private final ArrayDeque<Integer> answers = new ArrayDeque<>();

  /** The next call takes so many messages. */
  ScriptedKernel answer(int sent) {
    answers.add(sent);
    return this;
  }

  /** The next call fails. */
  ScriptedKernel fail(int errno) {
    answers.add(-errno);
    return this;
  }

  /** The system call. */
  MethodHandle sendmmsg() {
    try {
      return MethodHandles.lookup()
          .findVirtual(
              ScriptedKernel.class,
              "call",
              MethodType.methodType(
                  int.class, MemorySegment.class, int.class, long.class, int.class, int.class))
          .bindTo(this);
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException(missing);
    }
  }

  @SuppressWarnings("unused") // by its method handle
  int call(MemorySegment state, int socket, long headers, int count, int flags) {
    offered.add(count);
    int answer = answers.remove();
    if (answer >= 0) {
      return answer;
    }
    Linker.Option.captureStateLayout()
        .varHandle(PathElement.groupElement("errno"))
        .set(state, 0L, -answer);
    return -1;
  }
}

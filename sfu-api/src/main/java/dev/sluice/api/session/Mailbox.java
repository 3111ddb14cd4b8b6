package dev.sluice.api.session;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Gives inputs from every thread to one handler, one after the other, in the order in which they
 * came. Handing one over never blocks: when none is being handled, a task of the executor starts
 * to. Bounded: what comes to a full one is refused. The handler must not throw.
 */
final class Mailbox<T> {
  private final ConcurrentLinkedQueue<T> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger reserved = new AtomicInteger();
  private final AtomicInteger linked = new AtomicInteger();
  private final int capacity;
  private final Executor executor;
  private final Consumer<T> handler;

  Mailbox(int capacity, Executor executor, Consumer<T> handler) {
    this.capacity = capacity;
    this.executor = executor;
    this.handler = handler;
  }

  /** Hands over one input, or says false when it is full. */
  boolean offer(T input) {
    if (!reserve()) {
      return false;
    }
    waiting.add(input);
    // Counted only when it can be polled: so many as are counted are there.
    if (linked.getAndIncrement() == 0) {
      executor.execute(this::drain);
    }
    return true;
  }

  private boolean reserve() {
    while (true) {
      int taken = reserved.get();
      if (taken >= capacity) {
        return false;
      }
      if (reserved.compareAndSet(taken, taken + 1)) {
        return true;
      }
    }
  }

  private void drain() {
    do {
      T input = waiting.remove();
      handler.accept(input);
      reserved.decrementAndGet();
    } while (linked.decrementAndGet() > 0);
  }
}

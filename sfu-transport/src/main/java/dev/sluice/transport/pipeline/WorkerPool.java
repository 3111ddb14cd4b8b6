package dev.sluice.transport.pipeline;

import dev.sluice.core.media.RoomId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of one node and the threads that run them; with {@link ThreadingMode#INVOKER} one
 * worker that its maker runs. Binds their sockets, and stops them in order. Thread safe once it is
 * started.
 */
final class WorkerPool {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

  private static final long BIND_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long CLOSE_PATIENCE_MILLIS = 2_000;
  private static final long STEP_NANOS = 1_000_000;

  private final List<MediaWorker> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final boolean stepped;

  WorkerPool(ThreadingMode threading) {
    stepped = threading == ThreadingMode.INVOKER;
  }

  /**
   * Starts the workers and binds their sockets. Once, before anything else.
   *
   * @param factory makes the worker with a number
   * @throws MediaPortException when a port cannot be bound; all workers have stopped then
   */
  void start(int count, IntFunction<MediaWorker> factory, MediaBinding binding) {
    for (int i = 0; i < count; i++) {
      MediaWorker worker = factory.apply(i);
      workers.add(worker);
      if (stepped) {
        worker.setOwner(Thread.currentThread());
      } else {
        Thread thread =
            Thread.ofPlatform()
                .name("media-worker-" + worker.index())
                .unstarted(worker::runUntilStopped);
        worker.setOwner(thread);
        threads.add(thread);
        thread.start();
      }
      CompletableFuture<Void> bound = new CompletableFuture<>();
      worker.submit(now -> worker.bind(binding, bound));
      try {
        await(bound, BIND_PATIENCE_NANOS);
      } catch (ExecutionException taken) {
        stop();
        throw taken.getCause() instanceof MediaPortException port
            ? port
            : MediaPortException.udp(binding.udp().getFirst(), taken.getCause());
      } catch (TimeoutException noAnswer) {
        stop();
        throw MediaPortException.udp(binding.udp().getFirst(), null);
      }
    }
  }

  /** The one worker that a room belongs to, whether it is there or not. */
  MediaWorker ownerOf(RoomId room) {
    return workers.get(Math.floorMod(room.value().hashCode(), workers.size()));
  }

  List<MediaWorker> all() {
    return workers;
  }

  MediaWorker first() {
    return workers.getFirst();
  }

  /** Has a worker do something, and waits until it is done or the time is over. */
  void finish(MediaWorker worker, WorkerTask task, long patienceNanos) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      worker.submit(
          now -> {
            try {
              task.run(now);
            } finally {
              done.complete(null);
            }
          });
      await(done, patienceNanos);
    } catch (RejectedExecutionException | ExecutionException | TimeoutException overloaded) {
      LOG.warn("worker {} does not come to an orderly end", worker.index(), overloaded);
    }
  }

  /** Waits for what a worker does; where no thread runs it, this one does. */
  <T> T await(CompletableFuture<T> future, long patienceNanos)
      throws ExecutionException, TimeoutException {
    if (stepped) {
      long giveUpNanos = System.nanoTime() + patienceNanos;
      while (!future.isDone() && System.nanoTime() - giveUpNanos < 0) {
        first().runOnce(STEP_NANOS);
      }
    }
    try {
      return future.get(patienceNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted");
    }
  }

  /** Ends the workers when they have done what they were given before. */
  void stop() {
    for (MediaWorker worker : workers) {
      try {
        worker.stop();
      } catch (RejectedExecutionException overloaded) {
        LOG.warn("worker {} cannot be stopped", worker.index(), overloaded);
      }
    }
    if (stepped) {
      MediaWorker worker = first();
      while (!worker.stopping()) {
        worker.runOnce(STEP_NANOS);
      }
      worker.terminate();
    }
    for (Thread thread : threads) {
      try {
        if (!thread.join(Duration.ofMillis(CLOSE_PATIENCE_MILLIS))) {
          LOG.warn("{} is still busy", thread.getName());
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}

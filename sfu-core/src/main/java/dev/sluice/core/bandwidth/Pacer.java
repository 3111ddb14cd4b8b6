package dev.sluice.core.bandwidth;

import org.jspecify.annotations.Nullable;

/**
 * Decides what leaves when. It holds no packets, only the caller's handles of them, in one queue
 * per {@link TrafficKind}. Audio leaves at once and is charged to the rate; retransmissions go
 * before video; padding fills a probe up, and nothing else.
 *
 * <p>Packets leave in runs, so that the send path can hand several to the kernel in one call: when
 * the debt of earlier runs is paid, as much may leave as the rate gives in {@link #RUN_NANOS}, at
 * least one packet, at most {@link #MAX_RUN_PACKETS}. What does not have to queue is bound by the
 * same allowance. Whoever comes late while something waits, by up to {@link #MAX_LATE_NANOS}, makes
 * up for it, or the queue would drain slower than at the rate. The time in the queue is bounded:
 * when it would take longer than {@link #MAX_QUEUE_NANOS} to drain, or a second on a full path, the
 * rate rises until it does not.
 *
 * <p>Use: send a packet at once when {@link #mayPass} allows it and tell {@link #handlePassed};
 * else {@link #enqueue} it. Then, until {@link #next} says no, send {@link #handle()}, or make
 * padding. Come back at {@link #nextDeadlineNanos}. Owner: the room's worker. Allocates nothing per
 * packet.
 */
public final class Pacer {
  /** The time whose bytes may leave as one run. */
  public static final long RUN_NANOS = 10_000_000;

  /** The most packets of one run. */
  public static final int MAX_RUN_PACKETS = 16;

  /** So much of the time between what was due and its leaving is not lost. */
  public static final long MAX_LATE_NANOS = 20_000_000;

  /** The longest that the queue may take to drain. */
  public static final long MAX_QUEUE_NANOS = 200_000_000;

  /**
   * The same on a path that is known to be full: a keyframe that is pressed into it faster than it
   * drains is lost, and has to come once more.
   */
  public static final long MAX_QUEUE_OF_FULL_PATH_NANOS = 1_000_000_000;

  /** Nothing is due. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Between two runs of what is late. */
  private static final long NEXT_RUN_NANOS = 100_000;

  /** A loop that wakes by milliseconds is on time; to make up for that would fill a full path. */
  private static final long ON_TIME_NANOS = 1_000_000;

  private static final double BITS_NANOS = 8e9;

  private final PacketQueue audio = new PacketQueue(128);
  private final PacketQueue retransmissions = new PacketQueue(256);
  private final PacketQueue video = new PacketQueue(1024);

  private long rateBps;
  private long maxQueueNanos = MAX_QUEUE_NANOS;
  private double debtBytes;
  private long debtNanos;
  private boolean runOpen;
  private int runPackets;

  private @Nullable ProbeCluster probe;
  private boolean probeStarted;
  private long probeStartNanos;
  private int probeBytes;
  private int probePackets;

  private TrafficKind kind = TrafficKind.VIDEO;
  private long handle;
  private int sizeBytes;
  private long waitedNanos;
  private int clusterId;

  /**
   * The rate at which queues drain.
   *
   * @param newRateBps 0 for no limit
   * @param fullPath whether the path is known to carry no more
   */
  public void setRate(long newRateBps, boolean fullPath) {
    rateBps = newRateBps;
    maxQueueNanos = fullPath ? MAX_QUEUE_OF_FULL_PATH_NANOS : MAX_QUEUE_NANOS;
  }

  /**
   * Queues a packet.
   *
   * @param packetHandle whatever names it to the caller
   * @return false if the queue is full: then the packet is to be dropped
   */
  public boolean enqueue(TrafficKind packetKind, long packetHandle, int bytes, long nowNanos) {
    payDebt(nowNanos);
    return switch (packetKind) {
      case AUDIO -> audio.add(packetHandle, bytes, nowNanos);
      case RETRANSMISSION -> retransmissions.add(packetHandle, bytes, nowNanos);
      case VIDEO -> video.add(packetHandle, bytes, nowNanos);
      case PADDING -> throw new IllegalArgumentException("padding is not queued");
    };
  }

  /**
   * Whether a packet may leave without a place in its queue, as most do on a path that is not full:
   * nothing waits that goes before it, and the pace allows it.
   */
  public boolean mayPass(TrafficKind packetKind, long nowNanos) {
    payDebt(nowNanos);
    return switch (packetKind) {
      case AUDIO -> audio.size() == 0;
      case RETRANSMISSION -> retransmissions.size() == 0 && probe == null && withinAllowance();
      case VIDEO ->
          video.size() == 0 && retransmissions.size() == 0 && probe == null && withinAllowance();
      case PADDING -> false;
    };
  }

  /** A packet that {@link #mayPass} let through has left. */
  public void handlePassed(TrafficKind packetKind, int bytes, long nowNanos) {
    kind = packetKind;
    handle = 0;
    sizeBytes = bytes;
    waitedNanos = 0;
    clusterId = 0;
    debtBytes += bytes;
    tagProbe(bytes, nowNanos);
  }

  /** Sends a probe from now on; it replaces one under way. */
  public void startProbe(ProbeCluster cluster) {
    probe = cluster;
    probeStarted = false;
    probeBytes = 0;
    probePackets = 0;
  }

  /** Ends the probe, as when no padding can be made. */
  public void cancelProbe() {
    probe = null;
  }

  /** Whether a probe is under way. */
  public boolean probing() {
    return probe != null;
  }

  /**
   * Goes on to the next packet that may leave now; false when none may. For {@link
   * TrafficKind#PADDING} the caller makes a packet of about {@link #sizeBytes()} and tells its size
   * to {@link #handlePadding}.
   */
  public boolean next(long nowNanos) {
    payDebt(nowNanos);
    clusterId = 0;
    if (audio.size() > 0) {
      take(TrafficKind.AUDIO, audio, nowNanos);
      tagProbe(sizeBytes, nowNanos);
      return true;
    }
    boolean media = retransmissions.size() > 0 || video.size() > 0;
    if (probe != null) {
      if (nowNanos - probeDeadlineNanos(nowNanos) < 0) {
        return false;
      }
      if (media) {
        takeMedia(nowNanos);
        tagProbe(sizeBytes, nowNanos);
      } else {
        offerPadding(probe);
      }
      return true;
    }
    if (!media || !mayRun()) {
      return false;
    }
    takeMedia(nowNanos);
    runPackets++;
    return true;
  }

  /** What {@link #next} took from a queue does not leave after all: it costs the path nothing. */
  public void handleUnsent() {
    debtBytes -= sizeBytes;
    runPackets = Math.max(0, runPackets - 1);
  }

  /** The padding that {@link #next} asked for leaves, with this size. */
  public void handlePadding(int bytes, long nowNanos) {
    sizeBytes = bytes;
    debtBytes += bytes;
    tagProbe(bytes, nowNanos);
  }

  /** What {@link #next} found. */
  public TrafficKind kind() {
    return kind;
  }

  /** The caller's handle of it; of no meaning for padding. */
  public long handle() {
    return handle;
  }

  /** Its size; for padding, the size asked for. */
  public int sizeBytes() {
    return sizeBytes;
  }

  /** How long it was queued. */
  public long waitedNanos() {
    return waitedNanos;
  }

  /** The probe that it belongs to, or 0. */
  public int probeClusterId() {
    return clusterId;
  }

  /** Bytes that wait, of all kinds. */
  public int queuedBytes() {
    return audio.bytes() + retransmissions.bytes() + video.bytes();
  }

  /** How long what waits takes to leave. */
  public long drainNanos() {
    double rate = drainBps();
    return rate == 0 ? 0 : (long) (queuedBytes() * BITS_NANOS / rate);
  }

  /** When {@link #next} may have something, or {@link #NEVER}. */
  public long nextDeadlineNanos(long nowNanos) {
    if (audio.size() > 0) {
      return nowNanos;
    }
    if (probe != null) {
      return probeDeadlineNanos(nowNanos);
    }
    if (retransmissions.size() + video.size() == 0) {
      return NEVER;
    }
    payDebt(nowNanos);
    double rate = drainBps();
    if (debtBytes > 0 && rate > 0) {
      return nowNanos + (long) Math.ceil(debtBytes * BITS_NANOS / rate);
    }
    return runPackets < MAX_RUN_PACKETS ? nowNanos : nowNanos + NEXT_RUN_NANOS;
  }

  private void offerPadding(ProbeCluster cluster) {
    kind = TrafficKind.PADDING;
    handle = 0;
    waitedNanos = 0;
    clusterId = cluster.id();
    int left = Math.max(cluster.minBytes() - probeBytes, 1);
    int packets = Math.max(cluster.minPackets() - probePackets, 1);
    sizeBytes = (left + packets - 1) / packets;
  }

  private boolean mayRun() {
    boolean open = runOpen || debtBytes <= 0;
    return rateBps == 0 || (open && runPackets < MAX_RUN_PACKETS && withinAllowance());
  }

  private boolean withinAllowance() {
    if (rateBps == 0) {
      debtBytes = 0;
      return true;
    }
    return debtBytes < Math.min(drainBps() * RUN_NANOS / BITS_NANOS, Integer.MAX_VALUE);
  }

  /** A run begins at an instant at which nothing is owed; audio of that instant does not end it. */
  private void payDebt(long nowNanos) {
    long elapsed = nowNanos - debtNanos;
    if (elapsed <= 0) {
      return;
    }
    double bytesPerNano = drainBps() / BITS_NANOS;
    double before = debtBytes;
    debtBytes -= elapsed * bytesPerNano;
    if (debtBytes < 1) {
      // Only what has waited could have left before.
      boolean waited = retransmissions.size() + video.size() > 0;
      double late = -debtBytes - (before > 0 ? ON_TIME_NANOS * bytesPerNano : 0);
      debtBytes = waited ? -Math.clamp(late, 0, MAX_LATE_NANOS * bytesPerNano) : 0;
    }
    debtNanos = nowNanos;
    runOpen = debtBytes <= 0;
    runPackets = 0;
  }

  private double drainBps() {
    double needed = (retransmissions.bytes() + video.bytes()) * BITS_NANOS / maxQueueNanos;
    return rateBps == 0 ? 0 : Math.max((double) rateBps, needed);
  }

  private void takeMedia(long nowNanos) {
    if (retransmissions.size() > 0) {
      take(TrafficKind.RETRANSMISSION, retransmissions, nowNanos);
    } else {
      take(TrafficKind.VIDEO, video, nowNanos);
    }
  }

  private void take(TrafficKind taken, PacketQueue queue, long nowNanos) {
    kind = taken;
    handle = queue.headHandle();
    sizeBytes = queue.headBytes();
    waitedNanos = nowNanos - queue.headNanos();
    queue.remove();
    debtBytes += sizeBytes;
  }

  private void tagProbe(int bytes, long nowNanos) {
    ProbeCluster cluster = probe;
    if (cluster == null) {
      return;
    }
    if (!probeStarted) {
      probeStarted = true;
      probeStartNanos = nowNanos;
    }
    clusterId = cluster.id();
    probeBytes += bytes;
    probePackets++;
    if (probeBytes >= cluster.minBytes() && probePackets >= cluster.minPackets()) {
      probe = null;
    }
  }

  private long probeDeadlineNanos(long nowNanos) {
    ProbeCluster cluster = probe;
    if (cluster == null || !probeStarted) {
      return nowNanos;
    }
    return probeStartNanos + (long) (probeBytes * BITS_NANOS / cluster.rateBps());
  }

  /** A ring of handles, sizes and times, empty on a path that never was full. */
  private static final class PacketQueue {
    private final int capacity;
    private long[] handles = {};
    private int[] sizes = {};
    private long[] times = {};
    private int head;
    private int size;
    private int bytes;

    PacketQueue(int capacity) {
      this.capacity = capacity;
    }

    boolean add(long handle, int packetBytes, long nowNanos) {
      if (size == capacity) {
        return false;
      }
      if (handles.length == 0) {
        handles = new long[capacity];
        sizes = new int[capacity];
        times = new long[capacity];
      }
      int index = (head + size) % handles.length;
      handles[index] = handle;
      sizes[index] = packetBytes;
      times[index] = nowNanos;
      size++;
      bytes += packetBytes;
      return true;
    }

    void remove() {
      bytes -= sizes[head];
      head = (head + 1) % handles.length;
      size--;
    }

    int size() {
      return size;
    }

    int bytes() {
      return bytes;
    }

    long headHandle() {
      return handles[head];
    }

    int headBytes() {
      return sizes[head];
    }

    long headNanos() {
      return times[head];
    }
  }
}

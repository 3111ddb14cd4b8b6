package dev.sluice.core.testkit.link;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A case of RFC 8867 §5, ready to be {@link #run}: the tests judge what comes of it, {@code perf}
 * draws it.
 *
 * @param section of the RFC
 * @param title what happens in it
 * @param seconds how long it takes
 * @param path with the capacity of the way there
 * @param media the flows under the server's own control, those on the way back last
 * @param tcp what competes with them
 */
public record Rfc8867Case(
    String section,
    String title,
    double seconds,
    Rfc8867Path path,
    List<MediaFlow> media,
    List<CubicFlow> tcp) {
  private static final CapacityTrace FREE = CapacityTrace.constant(100_000_000);
  private static final long QUEUE_MILLIS = 300;
  private static final int SHORT_TRANSFERS = 10;

  /** Copies the lists. */
  public Rfc8867Case {
    media = List.copyOf(media);
    tcp = List.copyOf(tcp);
  }

  /** §5.1: one flow, and a capacity that changes. */
  public static Rfc8867Case variableCapacity() {
    Rfc8867Path path =
        new Rfc8867Path(
            CapacityTrace.constant(1_000_000)
                .then(40, 2_500_000)
                .then(60, 600_000)
                .then(80, 1_000_000));
    return of("5.1", "variable capacity, one flow", 100, path, List.of(path.media().startAt(0)));
  }

  /** §5.2: the same with two flows. */
  public static Rfc8867Case variableCapacityWithTwoFlows() {
    Rfc8867Path path =
        new Rfc8867Path(
            CapacityTrace.constant(4_000_000)
                .then(25, 2_000_000)
                .then(50, 3_500_000)
                .then(75, 1_000_000)
                .then(100, 2_000_000));
    return of(
        "5.2",
        "variable capacity, two flows",
        125,
        path,
        List.of(path.media().startAt(0), path.media().startAt(0)));
  }

  /** §5.3: feedback comes over a way that another flow fills, and the reverse. */
  public static Rfc8867Case congestedFeedback() {
    Rfc8867Path path =
        new Rfc8867Path(
            CapacityTrace.constant(2_000_000)
                .then(20, 1_000_000)
                .then(40, 500_000)
                .then(60, 2_000_000),
            CapacityTrace.constant(2_000_000).then(35, 800_000).then(70, 2_000_000),
            QUEUE_MILLIS);
    return of(
        "5.3",
        "congested way back",
        100,
        path,
        List.of(path.media().startAt(0), path.mediaBackwards().startAt(0)));
  }

  /** §5.4: flows join one after the other. */
  public static Rfc8867Case competingFlows() {
    Rfc8867Path path = new Rfc8867Path(CapacityTrace.constant(3_500_000));
    List<MediaFlow> flows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      flows.add(path.media().startAt(20 * i));
    }
    return of("5.4", "three flows join", 120, path, flows);
  }

  /** §5.5: flows with round trips of 20 to 300 ms. */
  public static Rfc8867Case roundTrips() {
    Rfc8867Path path = new Rfc8867Path(CapacityTrace.constant(4_000_000));
    long[] delaysMillis = {10, 25, 50, 100, 150};
    List<MediaFlow> flows = new ArrayList<>();
    for (int i = 0; i < delaysMillis.length; i++) {
      flows.add(path.mediaWithDelay(delaysMillis[i]).startAt(10 * i));
    }
    return of("5.5", "round trips of 20 to 300 ms", 300, path, flows);
  }

  /** §5.6: a transfer without end was there before. */
  public static Rfc8867Case longTcp(long queueMillis) {
    Rfc8867Path path = new Rfc8867Path(CapacityTrace.constant(2_000_000), FREE, queueMillis);
    CubicFlow tcp = path.tcp().startAt(0);
    return new Rfc8867Case(
        "5.6",
        "long TCP, queue of %d ms".formatted(queueMillis),
        120,
        path,
        List.of(path.media().startAt(5)),
        List.of(tcp));
  }

  /** §5.7: ten short transfers that come and go, two of them from the start. */
  public static Rfc8867Case shortTcp() {
    Rfc8867Path path = new Rfc8867Path(CapacityTrace.constant(2_000_000));
    List<MediaFlow> flows = List.of(path.media().startAt(5), path.media().startAt(5));
    SplittableRandom random = new SplittableRandom(Rfc8867Path.SEED);
    List<CubicFlow> transfers = new ArrayList<>();
    for (int i = 0; i < SHORT_TRANSFERS; i++) {
      CubicFlow tcp = path.tcp();
      double start = i < 2 ? 0 : pauseSeconds(random);
      path.time().at((long) (start * VirtualTime.SECOND), () -> transfer(path, tcp, random));
      transfers.add(tcp);
    }
    return new Rfc8867Case("5.7", "short TCP", 300, path, flows, transfers);
  }

  /** §5.8: the second of three flows pauses from 40 to 60 s. */
  public static Rfc8867Case pauseAndResume() {
    Rfc8867Path path = new Rfc8867Path(CapacityTrace.constant(3_500_000));
    List<MediaFlow> flows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      flows.add(path.media().startAt(0));
    }
    flows.get(1).pauseAt(40).startAt(60);
    return of("5.8", "pause and resume", 120, path, flows);
  }

  /** Lets it happen. */
  public Rfc8867Case run() {
    path.run(seconds);
    return this;
  }

  private static Rfc8867Case of(
      String section, String title, double seconds, Rfc8867Path path, List<MediaFlow> media) {
    return new Rfc8867Case(section, title, seconds, path, media, List.of());
  }

  private static void transfer(Rfc8867Path path, CubicFlow tcp, SplittableRandom random) {
    tcp.transfer(
        30_000 + random.nextInt(20_000),
        () ->
            path.time()
                .after(
                    (long) (pauseSeconds(random) * VirtualTime.SECOND),
                    () -> transfer(path, tcp, random)));
  }

  /** Exponentially distributed, ten seconds on average. */
  private static double pauseSeconds(SplittableRandom random) {
    return -10 * Math.log(1 - random.nextDouble());
  }
}

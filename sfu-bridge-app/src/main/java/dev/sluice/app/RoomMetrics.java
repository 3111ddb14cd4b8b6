package dev.sluice.app;

import dev.sluice.api.rest.WatchedRooms;
import dev.sluice.app.SeriesBudget.Point;
import dev.sluice.core.control.ParticipantInfo;
import dev.sluice.core.control.QualityInfo;
import dev.sluice.core.control.RoomInfo;
import dev.sluice.core.control.SfuControl;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the rooms that are watched, of who is in them and of each stream, asked for at
 * every scrape and never more than so many: whole participants are left out when there would be
 * more, and their number is told. Rooms that nobody watches have no time series of their own.
 */
final class RoomMetrics implements MultiCollector {
  /** A worker that does not answer in time is left out of this scrape. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final double NANOS_PER_SECOND = 1e9;

  private final SfuControl control;
  private final WatchedRooms watched;
  private final int maxSeries;
  private final LongSupplier nanoTime;

  RoomMetrics(SfuControl control, WatchedRooms watched, int maxSeries, LongSupplier nanoTime) {
    this.control = control;
    this.watched = watched;
    this.maxSeries = maxSeries;
    this.nanoTime = nanoTime;
  }

  @Override
  public MetricSnapshots collect() {
    long deadlineNanos = nanoTime.getAsLong() + PATIENCE_NANOS;
    SeriesBudget budget = new SeriesBudget(maxSeries);
    List<RoomId> rooms = watched.now().keySet().stream().map(RoomId::new).toList();
    int leftOut = 0;
    for (RoomId room : rooms) {
      RoomInfo info = await(control.room(room), deadlineNanos);
      leftOut += info == null ? 0 : add(info, budget, deadlineNanos);
    }
    SeriesBudget own = new SeriesBudget(Integer.MAX_VALUE);
    own.tryAdd(
        List.of(
            new Point("sluice_watched_rooms", false, Labels.EMPTY, rooms.size()),
            new Point("sluice_watched_series", false, Labels.EMPTY, budget.used()),
            new Point("sluice_watched_participants_left_out", false, Labels.EMPTY, leftOut)));
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    own.snapshots().forEach(all::metricSnapshot);
    budget.snapshots().forEach(all::metricSnapshot);
    return all.build();
  }

  /** Adds what there is room for; answers how many participants there is none for. */
  private int add(RoomInfo room, SeriesBudget budget, long deadlineNanos) {
    int tracks = room.participants().stream().mapToInt(each -> each.tracks().size()).sum();
    Tagged ofRoom = new Tagged("room", room.id().value());
    ofRoom.gauge("sluice_room_participants", room.participants().size());
    ofRoom.gauge("sluice_room_waiting", room.waiting().size());
    ofRoom.gauge("sluice_room_tracks", tracks);
    if (!budget.tryAdd(ofRoom.points)) {
      return room.participants().size();
    }
    Map<ParticipantId, CompletionStage<Optional<QualityInfo>>> asked = new LinkedHashMap<>();
    for (ParticipantInfo participant : room.participants()) {
      asked.put(participant.id(), control.quality(room.id(), participant.id()));
    }
    int leftOut = 0;
    for (Map.Entry<ParticipantId, CompletionStage<Optional<QualityInfo>>> each : asked.entrySet()) {
      QualityInfo quality = await(each.getValue(), deadlineNanos);
      if (quality != null
          && !budget.tryAdd(points(room.id().value(), each.getKey().value(), quality))) {
        leftOut++;
      }
    }
    return leftOut;
  }

  private static List<Point> points(String room, String participant, QualityInfo quality) {
    Tagged own = new Tagged("room", room, "participant", participant);
    own.known("sluice_participant_round_trip_seconds", quality.roundTripNanos(), NANOS_PER_SECOND);
    own.known("sluice_participant_estimate_bps", quality.estimateBps(), 1);
    own.counter("sluice_participant_received_packets", quality.packetsReceived());
    own.counter("sluice_participant_received_bytes", quality.bytesReceived());
    own.counter("sluice_participant_sent_packets", quality.packetsSent());
    own.counter("sluice_participant_sent_bytes", quality.bytesSent());
    List<Point> all = own.points;
    for (QualityInfo.Received stream : quality.received()) {
      all.addAll(received(room, participant, stream));
    }
    for (QualityInfo.Sent stream : quality.sent()) {
      all.addAll(sent(room, participant, stream));
    }
    return all;
  }

  private static List<Point> received(
      String room, String participant, QualityInfo.Received stream) {
    Tagged own =
        new Tagged(
            "room",
            room,
            "participant",
            participant,
            "track",
            stream.track().value(),
            "kind",
            kind(stream.kind()),
            "rid",
            stream.rid());
    own.counter("sluice_stream_received_packets", stream.packets());
    own.counter("sluice_stream_received_bytes", stream.bytes());
    own.gauge("sluice_stream_received_lost_packets", (double) stream.lost());
    own.known("sluice_stream_received_jitter_seconds", stream.jitterNanos(), NANOS_PER_SECOND);
    own.picture("sluice_stream_received_", stream.picture());
    return own.points;
  }

  private static List<Point> sent(String room, String participant, QualityInfo.Sent stream) {
    Tagged own =
        new Tagged(
            "room",
            room,
            "participant",
            participant,
            "mid",
            stream.mid(),
            "track",
            stream.track().value(),
            "kind",
            kind(stream.kind()));
    own.counter("sluice_stream_sent_packets", stream.packets());
    own.counter("sluice_stream_sent_resent_packets", stream.resent());
    own.known("sluice_stream_sent_lost_packets", stream.lost(), 1);
    own.gauge("sluice_stream_sent_loss_ratio", stream.lossShare());
    own.known("sluice_stream_sent_jitter_seconds", stream.jitterNanos(), NANOS_PER_SECOND);
    own.counter("sluice_stream_sent_freezes", stream.freezes());
    own.picture("sluice_stream_sent_", stream.picture());
    return own.points;
  }

  private static String kind(MediaKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private <T> @Nullable T await(CompletionStage<Optional<T>> answer, long deadlineNanos) {
    try {
      return answer
          .toCompletableFuture()
          .get(Math.max(0, deadlineNanos - nanoTime.getAsLong()), TimeUnit.NANOSECONDS)
          .orElse(null);
    } catch (TimeoutException | ExecutionException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** Time series with the same labels. */
  private static final class Tagged {
    private final Labels labels;
    private final List<Point> points = new ArrayList<>();

    Tagged(String... labels) {
      this.labels = Labels.of(labels);
    }

    void gauge(String name, double value) {
      points.add(new Point(name, false, labels, value));
    }

    void counter(String name, long value) {
      points.add(new Point(name, true, labels, (double) value));
    }

    /** Only when it is known. */
    void known(String name, long value, double unit) {
      if (value != QualityInfo.UNKNOWN) {
        gauge(name, (double) value / unit);
      }
    }

    void picture(String prefix, QualityInfo.@Nullable Picture picture) {
      if (picture != null) {
        gauge(prefix + "height", picture.height());
        gauge(prefix + "frames_per_second", picture.framesPerSecond());
        gauge(prefix + "bitrate_bps", (double) picture.bitrateBps());
      }
    }
  }
}

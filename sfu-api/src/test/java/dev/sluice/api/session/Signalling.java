package dev.sluice.api.session;

import dev.sluice.api.FakeSfu;
import dev.sluice.api.TracedSpans;
import dev.sluice.api.auth.AccessToken;
import dev.sluice.api.auth.AccessTokens;
import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.SigningKeys;
import dev.sluice.core.control.AllocationCause;
import dev.sluice.core.control.DownlinkInfo;
import dev.sluice.core.control.EstimateReason;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.control.TrackInfo;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.media.TrackSource;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A signalling service in virtual time, whose tasks run when the test says so. */
final class Signalling {
  /** A path on which a queue has just grown. */
  static final DownlinkInfo DOWNLINK =
      new DownlinkInfo(
          640_000,
          EstimateReason.OVERUSE,
          true,
          0.02,
          85_000_000,
          42_000_000,
          590_000,
          1_900_000,
          4_200_000,
          90_000,
          List.of(
              new DownlinkInfo.Share(
                  "3", new TrackId("t4"), 360, 540_000, AllocationCause.BANDWIDTH)),
          List.of(
              new DownlinkInfo.Change(
                  1_500_000_000,
                  "3",
                  720,
                  360,
                  540_000,
                  AllocationCause.BANDWIDTH,
                  EstimateReason.OVERUSE,
                  610_000,
                  0.03,
                  120_000_000,
                  590_000)));

  static final SignallingLimits LIMITS =
      new SignallingLimits(
          new SignallingLimits.Traffic(64 * 1024, 10, 20, 5),
          new SignallingLimits.Negotiation(60, 5, 4, 16, 64 * 1024, 3, 4),
          new SignallingLimits.Capacity(3, 32, 64 * 1024),
          SignallingLimits.DEFAULTS.timeouts());

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  final FakeSfu sfu = new FakeSfu();
  final TracedSpans spans = new TracedSpans();
  final LimitHits hits = new LimitHits();
  final SessionRegistry registry = new SessionRegistry(LIMITS.capacity().maxSessions(), hits);
  final SessionEnvironment environment;
  final SignallingService service;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final AccessTokens tokens =
      new AccessTokens(
          SigningKeys.of(Map.of("app", "0123456789abcdef0123456789abcdef")),
          InstantSource.fixed(NOW));
  // Near the end of the range: the clock of a JVM may wrap.
  private long nowNanos = Long.MAX_VALUE - Duration.ofSeconds(20).toNanos();

  Signalling() {
    environment =
        new SessionEnvironment(
            sfu,
            LIMITS,
            List.of(new IceServer(List.of("stun:stun.example.org:3478"), null, null)),
            tasks::add,
            () -> nowNanos,
            new SecureRandom(),
            hits);
    service =
        new SignallingService(environment, new Admission(tokens, true), registry, spans.tracer());
  }

  /** Runs all tasks that wait, and those that they start. */
  void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** Time passes, second by second, as the server sweeps. */
  void pass(Duration time) {
    for (long second = 0; second < time.toSeconds(); second++) {
      nowNanos += Duration.ofSeconds(1).toNanos();
      service.sweep(nowNanos);
      run();
    }
  }

  Client connect() {
    return connectFrom(null);
  }

  Client connectFrom(@Nullable String address) {
    FakeChannel channel = new FakeChannel(address == null ? null : InetAddress.ofLiteral(address));
    SignallingConnection connection = service.open(channel);
    if (connection == null) {
      throw new AssertionError("the socket was refused");
    }
    return new Client(channel, connection);
  }

  Client joined() {
    return joinedFrom(null);
  }

  Client joinedFrom(@Nullable String address) {
    Client client = connectFrom(address);
    client.say(Map.of("type", "join", "protocol", 1, "room", "standup", "identity", "ada"));
    return client;
  }

  String token(String room, Grants grants) {
    return tokens.issue("app", new AccessToken("ada", "Ada", room, grants), NOW.plusSeconds(60));
  }

  /** A token that lets its bearer publish what this grants. */
  String token(String room, PublishGrant publishing) {
    return tokens.issue(
        "app",
        new AccessToken(
            "ada", "Ada", room, new Grants(!publishing.isNone(), true, false), publishing, false),
        NOW.plusSeconds(60));
  }

  static TrackInfo track(String id, ParticipantId publisher, MediaKind kind) {
    return new TrackInfo(
        new TrackId(id), publisher, "0", kind, TrackSource.UNKNOWN, "", false, false, 4097);
  }

  /** A client on one socket. */
  final class Client {
    final FakeChannel channel;
    final SignallingConnection connection;

    private Client(FakeChannel channel, SignallingConnection connection) {
      this.channel = channel;
      this.connection = connection;
    }

    void say(Map<String, ?> message) {
      sayRaw(JSON.writeValueAsString(message));
    }

    void sayRaw(String text) {
      connection.onText(text);
      run();
    }

    /** The socket drops. */
    void drop() {
      connection.onClosed();
      run();
    }

    /** The room tells the participant that joined last. */
    void hear(RoomEvent event) {
      sfu.tell(participant(), event);
      run();
    }

    ParticipantId participant() {
      return new ParticipantId(
          channel.received().getFirst().get("participant").get("id").stringValue());
    }

    Map<String, Object> resumeMessage(long lastSeq) {
      return Map.of(
          "type",
          "resume",
          "protocol",
          1,
          "session",
          channel.received().getFirst().get("session").stringValue(),
          "resumeToken",
          channel.received().getFirst().get("resumeToken").stringValue(),
          "lastSeq",
          lastSeq);
    }

    String lastType() {
      return channel.last().get("type").stringValue();
    }

    String lastCode() {
      return channel.last().get("code").stringValue();
    }

    /** Why the participant left, as the room was told. */
    List<RoomCommand.Leave> leaves() {
      return sfu.commands(RoomCommand.Leave.class);
    }
  }
}

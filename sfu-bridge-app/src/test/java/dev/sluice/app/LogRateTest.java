package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.core.control.Grants;
import dev.sluice.core.control.LeaveReason;
import dev.sluice.core.control.RoomCommand;
import dev.sluice.core.control.SlotCounts;
import dev.sluice.core.control.Standing;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.RoomId;
import dev.sluice.transport.pipeline.SfuNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How much is logged, and in which form. */
@Tag("O10")
@ExtendWith(OutputCaptureExtension.class)
class LogRateTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MAX = 3;

  private final AtomicLong nowNanos = new AtomicLong();
  private final LogRateFilter filter = new LogRateFilter(MAX, nowNanos::get);
  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private final Logger log = context.getLogger("dev.sluice.transport.Example");

  @BeforeEach
  void listen() {
    context.addTurboFilter(filter);
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(written);
    written.start();
  }

  @Test
  void writesSoManyLinesOfAKindAMinuteAndCountsTheRest() {
    for (int i = 0; i < 10; i++) {
      log.warn("{} does not answer", i);
    }
    log.warn("another kind");
    assertThat(written.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "0 does not answer", "1 does not answer", "2 does not answer", "another kind");
    assertThat(filter.suppressed()).isEqualTo(7);
    nowNanos.addAndGet(Duration.ofMinutes(1).toNanos());
    log.warn("{} does not answer", 10);
    assertThat(written.list).hasSize(MAX + 2);
  }

  @Test
  void writesTheAuditLogWholeAndWhatIsNotOfSluice() {
    for (String name : List.of("dev.sluice.audit", "org.example.Library")) {
      for (int i = 0; i < 10; i++) {
        context.getLogger(name).info("line");
      }
    }
    assertThat(written.list).hasSize(20);
  }

  @Test
  void aLineThatIsNotWantedAnywayCountsForNothing() {
    for (int i = 0; i < 10; i++) {
      log.debug("detail");
    }
    assertThat(filter.suppressed()).isZero();
  }

  @Test
  void aTextThatIsMadeUpAnewForEachLineIsBoundedToo() {
    for (int i = 0; i < 2_000; i++) {
      log.warn("made up " + i);
    }
    assertThat(written.list).hasSize(1_000 + MAX);
  }

  /** What a server is told of its log it tells the whole process. */
  @AfterEach
  void forgetTheFormat() {
    System.clearProperty(
        LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName());
  }

  /** Ten rooms of ten who come, stay and go: fewer lines than participants, and no address. */
  @Test
  void aServerAtWorkLogsLessThanALineForEachParticipantAndEachLineIsJson(CapturedOutput output)
      throws Exception {
    try (ConfigurableApplicationContext server =
        new SpringApplicationBuilder(SluiceApplication.class)
            .properties("sluice.media.port=0", "sluice.https.port=0")
            .run(
                AnyPort.with(
                    "--sluice.mode=development", "--logging.structured.format.console=ecs"))) {
      SfuNode node = server.getBean(SfuNode.class);
      int before = output.getOut().lines().toList().size();
      for (int i = 0; i < 100; i++) {
        RoomId room = new RoomId("room-" + i % 10);
        ParticipantId participant = new ParticipantId("P-" + i);
        node.submit(
            new RoomCommand.Join(
                room,
                participant,
                "ada" + i,
                "Ada",
                Standing.of(Grants.ALL),
                SlotCounts.UNBOUNDED,
                event -> {}));
        if (i >= 50) {
          node.submit(new RoomCommand.Leave(room, participant, LeaveReason.LEFT));
        }
      }
      assertThat(node.rooms().toCompletableFuture().get(10, TimeUnit.SECONDS)).hasSize(10);
      List<String> lines = output.getOut().lines().toList();
      assertThat(lines.size() - before).isLessThan(10);
      List<JsonNode> json =
          lines.stream().filter(line -> line.startsWith("{")).map(JSON::readTree).toList();
      assertThat(json).hasSizeGreaterThan(3).allMatch(line -> line.has("message"));
    }
  }
}

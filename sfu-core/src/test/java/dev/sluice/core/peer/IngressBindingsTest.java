package dev.sluice.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.control.PublishIntent;
import dev.sluice.core.ingress.IngressStream;
import dev.sluice.core.ingress.PublishedTrack;
import dev.sluice.core.ingress.PublisherClock;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.media.TrackId;
import dev.sluice.core.rtp.RtpHeaderWriter;
import dev.sluice.core.sdp.NegotiatedCodec;
import dev.sluice.core.testkit.Agreement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which SSRC becomes which stream, in the order of RFC 9143 §9.2. */
class IngressBindingsTest {
  private static final int VIDEO = 0x2000;
  private static final int RTX = 0x2001;
  private static final int OTHER = 0x7777;

  private final PublishedTrack audio = track("pa", Agreement.OPUS, List.of(), 0x1000);
  private final PublishedTrack video = track("pv", Agreement.VP8, List.of(), VIDEO);
  private final PublishedTrack screen = track("ps", Agreement.VP8, List.of(), 0x3000);
  private final PublishedTrack layered = track("pl", Agreement.VP8, List.of("q", "f"), 0);
  private final IngressBindings bindings = new IngressBindings(8, new Ids()::next);

  @Test
  void theMidComesFirst() {
    bindings.setTracks(List.of(audio, video, screen));
    // The signalled SSRC of one m-line, but the name of another.
    assertThat(trackOf(bind(VIDEO, 96, "ps", null, null))).isEqualTo(screen);
  }

  @Test
  void thenTheSignalledSsrc() {
    bindings.setTracks(List.of(audio, video, screen));
    assertThat(trackOf(bind(VIDEO, 96, null, null, null))).isEqualTo(video);
  }

  @Test
  void thenThePayloadTypeWhereOneLineHasIt() {
    bindings.setTracks(List.of(audio, video));
    assertThat(trackOf(bind(OTHER, 96, null, null, null))).isEqualTo(video);
  }

  @Test
  void aPayloadTypeOfTwoLinesBelongsToNone() {
    bindings.setTracks(List.of(audio, video, screen));
    assertThat(bind(OTHER, 96, null, null, null)).isNull();
  }

  @Test
  void anUnknownMidBelongsToNoneEvenWithAKnownSsrc() {
    bindings.setTracks(List.of(audio, video));
    assertThat(bind(VIDEO, 96, "xx", null, null)).isNull();
  }

  @Test
  void simulcastNeedsARidThatWasNegotiated() {
    bindings.setTracks(List.of(layered));
    assertThat(bind(1, 96, "pl", null, null)).isNull();
    assertThat(bind(1, 96, "pl", "z", null)).isNull();
    assertThat(Objects.requireNonNull(bind(1, 96, "pl", "q", null)).stream().rid()).isEqualTo("q");
    assertThat(Objects.requireNonNull(bind(2, 96, "pl", "f", null)).stream().rid()).isEqualTo("f");
    assertThat(layered.streams()).hasSize(2);
  }

  @Test
  void retransmissionsPairByTheRepairedRid() {
    bindings.setTracks(List.of(layered));
    bind(1, 96, "pl", "q", null);
    IngressStream full = Objects.requireNonNull(bind(2, 96, "pl", "f", null)).stream();
    IngressBindings.Binding rtx = Objects.requireNonNull(bind(3, 97, "pl", null, "f"));
    assertThat(rtx.rtx()).isTrue();
    assertThat(rtx.stream()).isSameAs(full);
  }

  @Test
  void retransmissionsOfALayerThatHasNotComeBelongToNothing() {
    bindings.setTracks(List.of(layered));
    assertThat(bind(3, 97, "pl", null, "f")).isNull();
  }

  @Test
  void retransmissionsPairWithTheOnlyStream() {
    bindings.setTracks(List.of(video));
    IngressStream stream = Objects.requireNonNull(bind(VIDEO, 96, "pv", null, null)).stream();
    IngressBindings.Binding rtx = Objects.requireNonNull(bind(RTX, 97, null, null, null));
    assertThat(rtx.rtx()).isTrue();
    assertThat(rtx.stream()).isSameAs(stream);
    assertThat(bindings.streams()).containsExactly(stream);
  }

  @Test
  void anotherSsrcOnTheSameLineTakesThePlace() {
    bindings.setTracks(List.of(video));
    IngressStream first = Objects.requireNonNull(bind(VIDEO, 96, "pv", null, null)).stream();
    bind(RTX, 97, null, null, null);
    IngressStream second = Objects.requireNonNull(bind(OTHER, 96, "pv", null, null)).stream();
    assertThat(second).isNotSameAs(first);
    assertThat(bindings.streams()).containsExactly(second);
    assertThat(second.replacedStreamId()).isEqualTo(first.id());
    assertThat(bindings.find(VIDEO)).isNull();
    assertThat(bindings.find(RTX)).isNull();
  }

  @Test
  void aReplacedSsrcDoesNotComeBackBeforeARenegotiation() {
    bindings.setTracks(List.of(video));
    bind(VIDEO, 96, "pv", null, null);
    bind(OTHER, 96, "pv", null, null);
    assertThat(bind(VIDEO, 96, "pv", null, null)).isNull();
    bindings.setTracks(List.of(video));
    assertThat(bind(VIDEO, 96, "pv", null, null)).isNotNull();
  }

  @Test
  void tracksThatEndFreeAllTheirSsrcs() {
    for (int i = 0; i < 50; i++) {
      PublishedTrack track = track("pv", Agreement.VP8, List.of(), VIDEO);
      bindings.setTracks(List.of(track));
      assertThat(bind(VIDEO + 2 * i, 96, "pv", null, null)).as("turn " + i).isNotNull();
      assertThat(bind(RTX + 2 * i, 97, "pv", null, null)).as("turn " + i).isNotNull();
      assertThat(bindings.setTracks(List.of())).hasSize(1);
      assertThat(bindings.streams()).isEmpty();
    }
  }

  @Test
  void bindsNoMoreThanItsBound() {
    bindings.setTracks(List.of(video));
    int bound = 0;
    for (int i = 0; i < 100; i++) {
      bound += bind(0x5000 + i, 97, "pv", null, null) == null ? 0 : 1;
      if (i == 0) {
        bind(VIDEO, 96, "pv", null, null);
      }
    }
    assertThat(bound).isEqualTo(7);
  }

  private static PublishedTrack trackOf(IngressBindings.@Nullable Binding binding) {
    return Objects.requireNonNull(binding).stream().track();
  }

  private IngressBindings.@Nullable Binding bind(
      int ssrc,
      int payloadType,
      @Nullable String mid,
      @Nullable String rid,
      @Nullable String repairedRid) {
    byte[] packet = new byte[100];
    RtpHeaderWriter writer = new RtpHeaderWriter();
    writer.begin(packet, 0, payloadType, false, 1, 1, ssrc);
    add(writer, HeaderExtension.MID, mid);
    add(writer, HeaderExtension.RID, rid);
    add(writer, HeaderExtension.REPAIRED_RID, repairedRid);
    writer.finish();
    return bindings.bind(packet, 0);
  }

  private static void add(
      RtpHeaderWriter writer, HeaderExtension extension, @Nullable String text) {
    if (text != null) {
      byte[] data = text.getBytes(StandardCharsets.US_ASCII);
      Integer id = Objects.requireNonNull(Agreement.extensionIds(0).get(extension));
      assertThat(writer.extension(id, data, 0, data.length)).isTrue();
    }
  }

  private static PublishedTrack track(
      String mid, NegotiatedCodec codec, List<String> rids, int ssrc) {
    return new PublishedTrack(
        new TrackId(mid),
        new ParticipantId("p"),
        1,
        new PublisherClock(),
        Agreement.incoming(mid, codec, rids, ssrc, ssrc + 1, 0),
        PublishIntent.UNSPECIFIED);
  }

  private static final class Ids {
    private int last;

    int next() {
      return ++last;
    }
  }
}

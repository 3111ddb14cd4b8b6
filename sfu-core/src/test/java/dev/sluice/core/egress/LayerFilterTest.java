package dev.sluice.core.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.MediaPacket;
import dev.sluice.core.codec.PayloadReader;
import dev.sluice.core.media.Codec;
import dev.sluice.core.media.CodecParameters;
import dev.sluice.core.media.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which layers go out, and from which picture on. */
@Tag("R4")
@Tag("B7")
class LayerFilterTest {
  private final LayerFilter filter = new LayerFilter();
  private final MediaPacket packet = new MediaPacket();

  @Test
  void sendsAllLayersWithoutALimit() {
    LayeredSource source = vp9(false);
    assertThat(play(source.next(true), true)).isEqualTo("0 1 2M");
    assertThat(play(source.next(false), false)).isEqualTo("0 1 2M");
  }

  @Test
  void endsThePictureWithTheHighestLayerThatIsSent() {
    LayeredSource source = vp9(false);
    filter.want(1, LayerFilter.ALL);
    assertThat(play(source.next(true), true)).isEqualTo("0 1M -");
    assertThat(play(source.next(false), false)).isEqualTo("0 1M -");
  }

  @Test
  void goesDownWithTheNextPictureAndNotWithinOne() {
    LayeredSource source = vp9(true);
    play(source.next(true), true);
    List<LayeredSource.Packet> picture = source.next(false);
    assertThat(play(picture.subList(0, 1), false)).isEqualTo("0");
    filter.want(0, LayerFilter.ALL);
    assertThat(play(picture.subList(1, 3), false)).isEqualTo("1 2M");
    assertThat(play(source.next(false), false)).isEqualTo("0M - -");
  }

  @Test
  void goesUpASpatialLayerWithAKeyPictureOnly() {
    LayeredSource source = vp9(true);
    filter.want(0, LayerFilter.ALL);
    play(source.next(true), true);
    filter.want(1, LayerFilter.ALL);
    assertThat(filter.awaitsLayer()).isTrue();
    assertThat(play(source.next(false), false)).isEqualTo("0M k -");
    assertThat(play(source.next(false), false)).isEqualTo("0M k -");
    assertThat(play(source.next(true), false)).isEqualTo("0 1M -");
    assertThat(filter.awaitsLayer()).isFalse();
  }

  @Test
  void goesUpATemporalLayerWhereVp9AllowsIt() {
    LayeredSource source = vp9(true);
    filter.want(LayerFilter.ALL, 0);
    play(source.next(true), true);
    assertThat(play(source.next(false), false)).isEqualTo("- - -");
    filter.want(LayerFilter.ALL, LayerFilter.ALL);
    // Pictures of layers 1 and 2 let nobody in who has not had their layer; the next 0 does.
    assertThat(play(source.next(false), false)).isEqualTo("- - -");
    assertThat(play(source.next(false), false)).isEqualTo("- - -");
    assertThat(play(source.next(false), false)).isEqualTo("0 1 2M");
    assertThat(play(source.next(false), false)).isEqualTo("0 1 2M");
  }

  @Test
  void goesUpOneTemporalLayerWithEachLayerSyncOfVp8() {
    LayeredSource source = new LayeredSource(1, Codec.VP8, 1, 3, false, 1, 70_000);
    filter.want(LayerFilter.ALL, 0);
    assertThat(play(source.next(true), true)).isEqualTo("0M");
    assertThat(play(source.next(false), false)).isEqualTo("-");
    filter.want(LayerFilter.ALL, 2);
    assertThat(play(source.next(false), false)).as("layer 1, sync").isEqualTo("0M");
    assertThat(play(source.next(false), false)).as("layer 2 without sync").isEqualTo("-");
    assertThat(play(source.next(false), false)).isEqualTo("0M");
    assertThat(play(source.next(false), false)).as("layer 2, sync").isEqualTo("0M");
    assertThat(play(source.next(false), false)).isEqualTo("0M");
  }

  @Test
  void aLatePacketSharesTheFateOfItsPicture() {
    LayeredSource source = vp9(false);
    play(source.next(true), true);
    List<LayeredSource.Packet> before = source.next(false);
    play(before.subList(0, 2), false);
    filter.want(0, LayerFilter.ALL);
    List<LayeredSource.Packet> after = source.next(false);
    assertThat(play(after, false)).isEqualTo("0M - -");
    assertThat(play(before.subList(2, 3), false)).isEqualTo("2M");
    filter.want(LayerFilter.ALL, LayerFilter.ALL);
    play(source.next(true), false);
    assertThat(play(after.subList(1, 3), false)).isEqualTo("- -");
  }

  @Test
  void isNotRaisedByALatePictureBehindWhichSomethingWasLeftOut() {
    LayeredSource source = vp9(true);
    filter.want(0, LayerFilter.ALL);
    play(source.next(true), true);
    filter.want(2, LayerFilter.ALL);
    List<LayeredSource.Packet> key = source.next(true);
    assertThat(play(source.next(false), false)).isEqualTo("0M k k");
    assertThat(play(key, false)).isEqualTo("0M k k");
  }

  @Test
  void forgetsTheOldestLimitsAndSendsNothingOfTheirPictures() {
    LayeredSource source = vp9(true);
    List<LayeredSource.Packet> first = source.next(true);
    play(first, true);
    for (int i = 0; i < 8; i++) {
      filter.want(i % 2 == 0 ? 0 : LayerFilter.ALL, LayerFilter.ALL);
      play(source.next(true), false);
    }
    assertThat(play(first, false)).isEqualTo("- - -");
  }

  private static LayeredSource vp9(boolean keyOnly) {
    return new LayeredSource(1, Codec.VP9, 3, 3, keyOnly, 1, 70_000);
  }

  /** One word a packet: its spatial layer, M where it ends the picture, k for a keyframe wanted. */
  private String play(List<LayeredSource.Packet> packets, boolean starts) {
    List<String> words = new ArrayList<>();
    boolean first = starts;
    for (LayeredSource.Packet each : packets) {
      packet.setHeader(
          each.payload(),
          0,
          each.payload().length,
          each.sequence(),
          each.timestamp(),
          each.marker());
      packet.setOrigin(1, new CodecParameters(each.codec(), 90_000, 1, Map.of()), 0);
      assertThat(
              PayloadReader.of(each.codec())
                  .read(each.payload(), 0, each.payload().length, each.marker(), packet.facts()))
          .isTrue();
      if (first) {
        filter.start(each.timestamp());
        first = false;
      }
      DropReason refused = filter.decide(packet);
      if (refused == null) {
        words.add(each.frame().spatialId() + (filter.endsPicture(packet) ? "M" : ""));
      } else {
        words.add(refused == DropReason.AWAITING_KEYFRAME ? "k" : "-");
      }
    }
    return String.join(" ", words);
  }
}

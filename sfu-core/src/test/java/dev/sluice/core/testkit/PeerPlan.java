package dev.sluice.core.testkit;

import dev.sluice.core.media.TrackSource;
import dev.sluice.core.sdp.NegotiatedCodec;
import java.util.List;

/**
 * What a simulated participant publishes and how many slots it offers.
 *
 * @param name its identity and participant id
 * @param audio publishes Opus on mid {@code pa}
 * @param video publishes VP8 on mid {@code pv}
 * @param rids simulcast layers of the video, smallest first, or empty
 * @param audioSlots receive m-lines {@code a0}, {@code a1} …
 * @param videoSlots receive m-lines {@code v0}, {@code v1} …
 * @param hidden joins hidden
 * @param audioCodecs what it negotiates on all m-lines of audio
 * @param videoCodecs what it negotiates on all m-lines of video
 * @param encrypted says that what it publishes is encrypted end to end
 * @param videoSource what it says that its video shows
 */
public record PeerPlan(
    String name,
    boolean audio,
    boolean video,
    List<String> rids,
    int audioSlots,
    int videoSlots,
    boolean hidden,
    List<NegotiatedCodec> audioCodecs,
    List<NegotiatedCodec> videoCodecs,
    boolean encrypted,
    TrackSource videoSource) {

  /** Publishes both kinds and has as many slots of each kind. */
  public static PeerPlan talking(String name, int slots) {
    return plan(name, true, slots);
  }

  /** Publishes both kinds, receives nothing. */
  public static PeerPlan publishing(String name) {
    return talking(name, 0);
  }

  /** Publishes nothing. */
  public static PeerPlan watching(String name, int slots) {
    return plan(name, false, slots);
  }

  private static PeerPlan plan(String name, boolean publishes, int slots) {
    return new PeerPlan(
        name,
        publishes,
        publishes,
        List.of(),
        slots,
        slots,
        false,
        List.of(Agreement.OPUS),
        List.of(Agreement.VP8),
        false,
        TrackSource.CAMERA);
  }

  /** The same with audio only. */
  public PeerPlan audioOnly() {
    return with(true, false, rids, audioSlots, videoSlots, hidden);
  }

  /** The same with video only. */
  public PeerPlan videoOnly() {
    return with(false, true, rids, audioSlots, videoSlots, hidden);
  }

  /** The same with simulcast. */
  public PeerPlan withLayers(String... layers) {
    return with(audio, video, List.of(layers), audioSlots, videoSlots, hidden);
  }

  /** The same with other numbers of slots. */
  public PeerPlan withSlots(int audioCount, int videoCount) {
    return with(audio, video, rids, audioCount, videoCount, hidden);
  }

  /** The same, not shown to the others. */
  public PeerPlan asHidden() {
    return with(audio, video, rids, audioSlots, videoSlots, true);
  }

  /** The same with other codecs. */
  public PeerPlan withCodecs(List<NegotiatedCodec> forAudio, List<NegotiatedCodec> forVideo) {
    return new PeerPlan(
        name,
        audio,
        video,
        rids,
        audioSlots,
        videoSlots,
        hidden,
        forAudio,
        forVideo,
        encrypted,
        videoSource);
  }

  /** The same, encrypted end to end. */
  public PeerPlan asEncrypted() {
    return new PeerPlan(
        name,
        audio,
        video,
        rids,
        audioSlots,
        videoSlots,
        hidden,
        audioCodecs,
        videoCodecs,
        true,
        videoSource);
  }

  /** The same with a screen instead of a camera. */
  public PeerPlan sharingScreen() {
    return new PeerPlan(
        name,
        audio,
        video,
        rids,
        audioSlots,
        videoSlots,
        hidden,
        audioCodecs,
        videoCodecs,
        encrypted,
        TrackSource.SCREEN);
  }

  private PeerPlan with(
      boolean newAudio,
      boolean newVideo,
      List<String> newRids,
      int newAudioSlots,
      int newVideoSlots,
      boolean newHidden) {
    return new PeerPlan(
        name,
        newAudio,
        newVideo,
        newRids,
        newAudioSlots,
        newVideoSlots,
        newHidden,
        audioCodecs,
        videoCodecs,
        encrypted,
        videoSource);
  }
}

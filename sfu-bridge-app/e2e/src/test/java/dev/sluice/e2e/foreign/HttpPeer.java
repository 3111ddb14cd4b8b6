package dev.sluice.e2e.foreign;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCBundlePolicy;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStatsType;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioOptions;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.AudioTrackSink;
import dev.onvoid.webrtc.media.audio.AudioTrackSource;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.onvoid.webrtc.media.video.VideoTrack;
import dev.onvoid.webrtc.media.video.VideoTrackSink;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One peer connection that is negotiated by a single HTTP request: WHIP (RFC 9725) when it sends,
 * WHEP when it receives. Its offer carries no candidates.
 */
public final class HttpPeer implements AutoCloseable {
  private final HeadlessAudioDeviceModule audioDevice = new HeadlessAudioDeviceModule();
  private final PeerConnectionFactory factory = new PeerConnectionFactory(audioDevice);
  private final MovingPattern pattern = new MovingPattern();
  private final HttpClient http = HttpClient.newHttpClient();
  private final RTCPeerConnection connection;
  private @Nullable URI session;

  private HttpPeer() {
    RTCConfiguration configuration = new RTCConfiguration();
    configuration.bundlePolicy = RTCBundlePolicy.MAX_BUNDLE;
    connection = factory.createPeerConnection(configuration, new IgnoreCandidates());
  }

  /** Makes a peer; empty when the native library of webrtc-java cannot be loaded here. */
  public static boolean available() {
    try {
      new HttpPeer().close();
      return true;
    } catch (LinkageError | RuntimeException e) {
      System.out.println("webrtc-java is not usable here: " + e);
      return false;
    }
  }

  /** Publishes a moving pattern and (silent) sound. */
  public static HttpPeer publish(URI resource) throws IOException, InterruptedException {
    HttpPeer peer = new HttpPeer();
    peer.addTransceivers(RTCRtpTransceiverDirection.SEND_ONLY);
    peer.negotiate(resource);
    peer.pattern.start();
    return peer;
  }

  /** Plays one audio and one video track. */
  public static HttpPeer play(URI resource, VideoTrackSink video, AudioTrackSink audio)
      throws IOException, InterruptedException {
    HttpPeer peer = new HttpPeer();
    peer.addTransceivers(RTCRtpTransceiverDirection.RECV_ONLY);
    for (var transceiver : peer.connection.getTransceivers()) {
      MediaStreamTrack track = transceiver.getReceiver().getTrack();
      switch (track) {
        case VideoTrack videoTrack -> videoTrack.addSink(video);
        case AudioTrack audioTrack -> audioTrack.addSink(audio);
        default -> throw new IllegalStateException("A track of kind " + track.getKind());
      }
    }
    peer.negotiate(resource);
    return peer;
  }

  private void addTransceivers(RTCRtpTransceiverDirection direction) {
    RTCRtpTransceiverInit init = new RTCRtpTransceiverInit();
    init.direction = direction;
    init.streamIds = List.of("foreign");
    AudioTrackSource microphone = factory.createAudioSource(new AudioOptions());
    connection.addTransceiver(factory.createAudioTrack("microphone", microphone), init);
    connection.addTransceiver(factory.createVideoTrack("camera", pattern.source()), init);
  }

  private void negotiate(URI resource) throws IOException, InterruptedException {
    RTCSessionDescription offer = await(this::createOffer);
    await((CompletableFuture<Boolean> done) -> connection.setLocalDescription(offer, set(done)));
    HttpRequest request =
        HttpRequest.newBuilder(resource)
            .header("Content-Type", "application/sdp")
            .POST(BodyPublishers.ofString(offer.sdp))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 201) {
      throw new IllegalStateException(response.statusCode() + ": " + response.body());
    }
    session = resource.resolve(response.headers().firstValue("Location").orElseThrow());
    RTCSessionDescription answer = new RTCSessionDescription(RTCSdpType.ANSWER, response.body());
    await((CompletableFuture<Boolean> done) -> connection.setRemoteDescription(answer, set(done)));
  }

  private void createOffer(CompletableFuture<RTCSessionDescription> offer) {
    connection.createOffer(
        new RTCOfferOptions(),
        new CreateSessionDescriptionObserver() {
          @Override
          public void onSuccess(RTCSessionDescription description) {
            offer.complete(description);
          }

          @Override
          public void onFailure(String error) {
            offer.completeExceptionally(new IllegalStateException(error));
          }
        });
  }

  private static SetSessionDescriptionObserver set(CompletableFuture<Boolean> done) {
    return new SetSessionDescriptionObserver() {
      @Override
      public void onSuccess() {
        done.complete(true);
      }

      @Override
      public void onFailure(String error) {
        done.completeExceptionally(new IllegalStateException(error));
      }
    };
  }

  private static <T> T await(Consumer<CompletableFuture<T>> step) {
    CompletableFuture<T> future = new CompletableFuture<>();
    step.accept(future);
    return future.orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** Whether ICE and DTLS are done. */
  public boolean connected() {
    return connection.getConnectionState() == RTCPeerConnectionState.CONNECTED;
  }

  /** RTP packets received so far, of all streams. */
  public long packetsReceived() {
    CompletableFuture<Long> packets = new CompletableFuture<>();
    connection.getStats(
        report ->
            packets.complete(
                report.getStats().values().stream()
                    .filter(stats -> stats.getType() == RTCStatsType.INBOUND_RTP)
                    .mapToLong(
                        stats ->
                            stats.getAttributes().get("packetsReceived") instanceof Number number
                                ? number.longValue()
                                : 0)
                    .sum()));
    return packets.orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** Ends the session by DELETE; answers the status. */
  public int delete() throws IOException, InterruptedException {
    if (session == null) {
      throw new IllegalStateException("Nothing was negotiated.");
    }
    HttpRequest request = HttpRequest.newBuilder(session).DELETE().build();
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }

  private static final class IgnoreCandidates implements PeerConnectionObserver {
    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
      // The server needs none: it learns the address from the connectivity checks.
    }
  }

  @Override
  public void close() {
    pattern.close();
    connection.close();
    factory.dispose();
    audioDevice.dispose();
    http.shutdownNow();
  }
}

package dev.sluice.e2e.foreign;

import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import java.nio.ByteBuffer;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A camera that sees moving stripes, 320 by 180 at 15 frames per second. */
final class MovingPattern implements AutoCloseable {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 180;
  private static final long FRAME_MILLIS = 66;

  private final CustomVideoSource source = new CustomVideoSource();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private int frameNumber;

  CustomVideoSource source() {
    return source;
  }

  void start() {
    var _ = clock.scheduleAtFixedRate(this::pushFrame, 0, FRAME_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void pushFrame() {
    NativeI420Buffer picture = NativeI420Buffer.allocate(WIDTH, HEIGHT);
    ByteBuffer luma = picture.getDataY();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        luma.put(y * picture.getStrideY() + x, (byte) ((x + frameNumber * 4) / 40 % 2 * 180 + 30));
      }
    }
    fill(picture.getDataU());
    fill(picture.getDataV());
    frameNumber++;
    VideoFrame frame = new VideoFrame(picture, System.nanoTime());
    source.pushFrame(frame);
    frame.release();
  }

  private static void fill(ByteBuffer plane) {
    for (int i = 0; i < plane.capacity(); i++) {
      plane.put(i, (byte) 128);
    }
  }

  @Override
  public void close() {
    clock.close();
    source.dispose();
  }
}

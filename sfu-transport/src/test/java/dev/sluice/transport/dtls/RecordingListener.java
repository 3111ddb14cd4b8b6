package dev.sluice.transport.dtls;

import dev.sluice.core.srtp.SrtpKeys;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** Remembers what a session told, and lets a test wait for it. */
final class RecordingListener implements DtlsServerSession.Listener {
  final CompletableFuture<SrtpKeys> keys = new CompletableFuture<>();
  final CompletableFuture<String> failed = new CompletableFuture<>();
  final CompletableFuture<Boolean> closed = new CompletableFuture<>();
  final BlockingQueue<byte[]> data = new LinkedBlockingQueue<>();

  /** The names of the calls in order. */
  final List<String> calls = new CopyOnWriteArrayList<>();

  @Override
  public void onKeys(SrtpKeys sessionKeys) {
    calls.add("keys");
    keys.complete(sessionKeys);
  }

  @Override
  public void onFailed(String why) {
    calls.add("failed");
    failed.complete(why);
  }

  @Override
  public void onClosed() {
    calls.add("closed");
    closed.complete(true);
  }

  @Override
  public void onApplicationData(byte[] bytes, int offset, int length) {
    data.add(Arrays.copyOfRange(bytes, offset, offset + length));
  }
}

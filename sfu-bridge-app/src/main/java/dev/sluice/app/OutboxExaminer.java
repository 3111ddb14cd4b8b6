package dev.sluice.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** Looks at the directory in which webhooks wait: whether it can be written, and has room. */
final class OutboxExaminer implements Examiner {
  /** So many times {@code max-size} the file may take while it is rewritten (docs/webhooks.md). */
  private static final int FILE_FACTOR = 4;

  private static final long MEGABYTE = 1024 * 1024;

  private final Space space;

  /** Of this machine. */
  OutboxExaminer() {
    this(directory -> Files.getFileStore(directory).getUsableSpace());
  }

  OutboxExaminer(Space space) {
    this.space = space;
  }

  /** How much a file below a directory may take, in bytes. */
  interface Space {
    long usableBytes(Path directory) throws IOException;
  }

  @Override
  public List<Finding> examine(SluiceProperties settings, Environment environment) {
    WebhookProperties webhooks = settings.webhooks();
    if (webhooks.endpoints().isEmpty()) {
      return List.of();
    }
    Path directory = Path.of(webhooks.directory()).toAbsolutePath();
    Path there = nearest(directory);
    List<Finding> findings = new ArrayList<>();
    if (there == null || !Files.isDirectory(there) || !Files.isWritable(there)) {
      findings.add(
          Finding.error(
              "outbox-not-writable",
              "The outbox of webhooks cannot be in %s (sluice.webhooks.directory), because %s is no directory that this user can write."
                  .formatted(directory, there),
              "Name another directory, or give this one to the user that the server runs as."));
      return findings;
    }
    examineSpace(there, FILE_FACTOR * webhooks.maxSize().toBytes(), findings);
    return findings;
  }

  /** The directory, or the one above it in which it would be made. */
  private static @Nullable Path nearest(Path directory) {
    Path there = directory;
    while (there != null && Files.notExists(there)) {
      there = there.getParent();
    }
    return there;
  }

  private void examineSpace(Path directory, long wantedBytes, List<Finding> findings) {
    long usable;
    try {
      usable = space.usableBytes(directory);
    } catch (IOException unknown) {
      return;
    }
    if (usable < wantedBytes) {
      findings.add(
          Finding.warning(
              "outbox-little-space",
              "The outbox of webhooks may take %d MB in %s, and %d MB are free: when the disk is full, events wait in memory, and are lost with the server."
                  .formatted(wantedBytes / MEGABYTE, directory, usable / MEGABYTE),
              "Make room, or set sluice.webhooks.max-size to a quarter of what is free."));
    }
  }
}

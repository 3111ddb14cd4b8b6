package dev.sluice.transport.pipeline;

import dev.sluice.core.egress.OutgoingPacket;
import dev.sluice.core.peer.PacketTap;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes decrypted packets as a capture file (libpcap format, raw IPv4) that tshark reads as RTP:
 * received ones from 192.0.2.1:5004 to 192.0.2.2:5004, sent ones the other way. A development hook:
 * it writes on the media worker and stops at a size bound.
 */
final class PcapWriter implements PacketTap, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PcapWriter.class);

  private static final long MAX_FILE_BYTES = 64L * 1024 * 1024;
  private static final int MAGIC_NANOSECONDS = 0xA1B23C4D;
  private static final int LINKTYPE_RAW = 101;
  private static final int IP_HEADER_BYTES = 20;
  private static final int UDP_HEADER_BYTES = 8;
  private static final int CLIENT = 0xC0000201;
  private static final int SERVER = 0xC0000202;
  private static final int PORT = 5004;

  private final DataOutputStream out;
  private final byte[] scratch = new byte[4096];
  private long written;
  private boolean open = true;

  /** Begins a file; an existing one is replaced. */
  PcapWriter(Path file) {
    try {
      out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
      out.writeInt(MAGIC_NANOSECONDS);
      out.writeShort(2);
      out.writeShort(4);
      out.writeInt(0);
      out.writeInt(0);
      out.writeInt(65_535);
      out.writeInt(LINKTYPE_RAW);
    } catch (IOException failure) {
      throw new UncheckedIOException("The capture file " + file + " cannot be written.", failure);
    }
    LOG.warn("every decrypted packet is written to {}", file);
  }

  @Override
  public void received(byte[] packet, int offset, int length, long nowNanos) {
    write(CLIENT, SERVER, packet, offset, length, nowNanos);
  }

  @Override
  public void sent(OutgoingPacket packet, long nowNanos) {
    int front = packet.headerLength() + packet.prefixLength();
    int length = front + packet.payloadLength();
    if (length <= scratch.length) {
      synchronized (this) {
        System.arraycopy(packet.out(), packet.outOffset(), scratch, 0, front);
        System.arraycopy(
            packet.payload(), packet.payloadOffset(), scratch, front, packet.payloadLength());
        write(SERVER, CLIENT, scratch, 0, length, nowNanos);
      }
    }
  }

  @Override
  public void sentRtcp(byte[] packet, int offset, int length, long nowNanos) {
    write(SERVER, CLIENT, packet, offset, length, nowNanos);
  }

  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      try {
        out.close();
      } catch (IOException failure) {
        LOG.warn("the capture file could not be completed", failure);
      }
    }
  }

  private synchronized void write(
      int from, int to, byte[] packet, int offset, int length, long nowNanos) {
    if (!open || written > MAX_FILE_BYTES) {
      return;
    }
    try {
      int total = IP_HEADER_BYTES + UDP_HEADER_BYTES + length;
      out.writeInt((int) TimeUnit.NANOSECONDS.toSeconds(nowNanos));
      out.writeInt((int) (nowNanos % TimeUnit.SECONDS.toNanos(1)));
      out.writeInt(total);
      out.writeInt(total);
      writeIpv4(from, to, total);
      out.writeShort(PORT);
      out.writeShort(PORT);
      out.writeShort(UDP_HEADER_BYTES + length);
      out.writeShort(0);
      out.write(packet, offset, length);
      written += total;
    } catch (IOException failure) {
      LOG.warn("the capture ends here", failure);
      close();
    }
  }

  private void writeIpv4(int from, int to, int total) throws IOException {
    int[] words = {
      0x4500, total, 0, 0x4000, 0x4011, 0, from >>> 16, from & 0xFFFF, to >>> 16, to & 0xFFFF
    };
    int sum = 0;
    for (int word : words) {
      sum += word;
    }
    sum = (sum & 0xFFFF) + (sum >>> 16);
    words[5] = ~(sum + (sum >>> 16)) & 0xFFFF;
    for (int word : words) {
      out.writeShort(word);
    }
  }
}

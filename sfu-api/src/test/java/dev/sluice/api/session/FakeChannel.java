package dev.sluice.api.session;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client's end of a socket that notes what it is sent. */
final class FakeChannel implements MessageChannel {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final List<JsonNode> received = new ArrayList<>();
  private final @Nullable InetAddress address;
  private boolean broken;
  private int closeCode;

  /** From an unknown address. */
  FakeChannel() {
    this(null);
  }

  FakeChannel(@Nullable InetAddress address) {
    this.address = address;
  }

  @Override
  public void send(String text) throws IOException {
    if (broken || closeCode != 0) {
      throw new IOException("broken");
    }
    received.add(JSON.readTree(text));
  }

  @Override
  public void close(int code, String reason) {
    if (closeCode == 0) {
      closeCode = code;
    }
  }

  @Override
  public @Nullable InetAddress clientAddress() {
    return address;
  }

  /** From now on nothing gets through. */
  void breakDown() {
    broken = true;
  }

  /** 0 while it is open. */
  int closeCode() {
    return closeCode;
  }

  List<JsonNode> received() {
    return received;
  }

  JsonNode last() {
    return received.getLast();
  }

  /** The types of all messages in order. */
  List<String> types() {
    return received.stream().map(message -> message.get("type").stringValue()).toList();
  }

  /** The numbers of all messages that have one. */
  List<Long> seqs() {
    return received.stream()
        .filter(message -> message.has("seq"))
        .map(message -> message.get("seq").longValue())
        .toList();
  }
}

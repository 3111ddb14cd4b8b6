package dev.sluice.api.session;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON of the signalling protocol (RFC 8259). What comes in is hostile: its depth, its numbers
 * and its names are bounded before a tree of it is built, a name may stand only once in an object,
 * and nothing may follow the message. Safe for every thread.
 */
public final class MessageCodec {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_NUMBER_CHARS = 32;
  private static final int MAX_NAME_CHARS = 128;
  private static final int MAX_TOKENS = 4096;

  private final JsonMapper json;
  private final ClientMessageReader reader;

  /** A codec that reads messages within these limits. */
  public MessageCodec(SignallingLimits limits) {
    int maxChars = limits.traffic().maxMessageBytes();
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxDocumentLength(maxChars)
            .maxStringLength(maxChars)
            .maxNestingDepth(MAX_DEPTH)
            .maxNumberLength(MAX_NUMBER_CHARS)
            .maxNameLength(MAX_NAME_CHARS)
            .maxTokenCount(MAX_TOKENS)
            .build();
    this.json =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(constraints)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    this.reader = new ClientMessageReader(maxChars, limits.negotiation().maxSections());
  }

  /**
   * What a client says.
   *
   * @throws MessageException naming what is wrong with it
   */
  public ClientMessage decode(String text) throws MessageException {
    try {
      return reader.read(json.readTree(text));
    } catch (StreamConstraintsException e) {
      throw new MessageException(
          ErrorCode.INVALID_MESSAGE, "The JSON is too deep, or has too long a part.", null);
    } catch (JacksonException e) {
      throw new MessageException(
          ErrorCode.INVALID_MESSAGE,
          "The message is not JSON, or has a field twice, or something follows it.",
          null);
    }
  }

  /**
   * What the server says, as text.
   *
   * @param seq its number in its session, or 0 for one that belongs to no session
   */
  String encode(ServerMessage message, long seq) {
    return json.writeValueAsString(ServerMessageWriter.write(message, seq));
  }
}

package dev.sluice.api.rest;

import dev.sluice.core.control.Grants;
import dev.sluice.core.control.ParticipantCaps;
import dev.sluice.core.control.PublishGrant;
import dev.sluice.core.control.SlotLimits;
import dev.sluice.core.control.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a participant is to stand in its room: the body of {@code PATCH
 * /api/v1/rooms/{room}/participants/{participant}}. What is left out stays.
 *
 * @param role what it is called, at most 32 characters
 * @param metadata the application's own words on it
 * @param handRaised false to lower its hand
 * @param permissions what it may do from now on
 * @param maxWidth of the pictures that it is sent; 0 for the room's
 * @param maxHeight of the same
 * @param maxVideoBitrateBps of all video together that it is sent; 0 for the room's
 * @param maxPublishBitrateBps of all that it sends; 0 for the room's
 */
record ParticipantRequest(
    @Nullable String role,
    @Nullable String metadata,
    @Nullable Boolean handRaised,
    @Nullable PermissionsRequest permissions,
    @Nullable Integer maxWidth,
    @Nullable Integer maxHeight,
    @Nullable Integer maxVideoBitrateBps,
    @Nullable Integer maxPublishBitrateBps) {
  private static final int MAX_ROLE_CHARS = 32;
  private static final int MAX_PICTURE = 16_384;

  /**
   * What it may do.
   *
   * @param publish sources and kinds, as in a token; empty for nothing
   */
  record PermissionsRequest(
      @Nullable List<@Nullable String> publish,
      @Nullable Boolean subscribe,
      @Nullable Boolean data) {
    private Grants over(Grants base) throws RequestException {
      PublishGrant publishing = publish == null ? base.publishing() : PublishGrant.parse(publish);
      if (publishing == null) {
        throw Fields.wrong(
            "permissions.publish",
            "may list, each once: " + String.join(", ", PublishGrant.allNames()));
      }
      return new Grants(
          publishing,
          subscribe == null ? base.subscribe() : subscribe,
          base.hidden(),
          data == null ? base.data() : data);
    }
  }

  Standing over(Standing base) throws RequestException {
    SlotLimits picture = base.caps().picture();
    return new Standing(
        permissions == null ? base.grants() : permissions.over(base.grants()),
        role == null ? base.role() : Fields.atMost("role", role, MAX_ROLE_CHARS),
        metadata == null
            ? base.metadata()
            : Fields.atMost("metadata", metadata, Standing.MAX_METADATA_CHARS),
        handRaised == null ? base.handRaised() : handRaised,
        new ParticipantCaps(
            Fields.bitrate(
                "maxPublishBitrateBps", maxPublishBitrateBps, base.caps().publishBitrateBps()),
            Fields.bitrate("maxVideoBitrateBps", maxVideoBitrateBps, base.caps().videoBitrateBps()),
            new SlotLimits(
                Fields.between(
                    "maxWidth", maxWidth == null ? picture.maxWidth() : maxWidth, 0, MAX_PICTURE),
                Fields.between(
                    "maxHeight",
                    maxHeight == null ? picture.maxHeight() : maxHeight,
                    0,
                    MAX_PICTURE),
                picture.maxFramesPerSecond())));
  }
}

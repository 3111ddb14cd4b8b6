package dev.sluice.api.rest;

import dev.sluice.api.auth.AccessToken;
import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.TokenException;
import dev.sluice.api.session.HttpRole;
import dev.sluice.api.session.HttpSessions;
import dev.sluice.api.session.IceServer;
import dev.sluice.api.session.JoinRefusedException;
import dev.sluice.core.media.RoomId;
import dev.sluice.core.sdp.SdpException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.util.UriUtils;

/**
 * What WHIP and WHEP share: an offer comes in a POST, its answer goes back in a 201, and the
 * session's URL ends it.
 */
final class SdpExchange {
  static final String APPLICATION_SDP_VALUE = "application/sdp";

  private static final MediaType APPLICATION_SDP = MediaType.valueOf(APPLICATION_SDP_VALUE);
  private static final int MAX_ROOM_CHARS = 128;

  /**
   * Names the ICE session of a resource (RFC 9725 §4.3.1); there is no restart, so it is the first.
   */
  private static final String ETAG = "\"1\"";

  private final HttpSessions sessions;
  private final Admission admission;

  SdpExchange(HttpSessions sessions, Admission admission) {
    this.sessions = sessions;
    this.admission = admission;
  }

  /**
   * Which tracks a player is limited to.
   *
   * @param track a track id, or empty
   * @param publisher a participant's id or identity, or empty
   */
  record Narrowing(String track, String publisher) {
    static final Narrowing NONE = new Narrowing("", "");
  }

  /** Opens a session. */
  ResponseEntity<byte[]> open(
      HttpRole role, String room, Narrowing narrowing, HttpServletRequest request)
      throws RequestException, TokenException, SdpException, JoinRefusedException, IOException {
    RoomId roomId = roomId(room);
    String jwt = BearerToken.of(request.getHeader(HttpHeaders.AUTHORIZATION));
    AccessToken token = admission.admit(roomId, jwt, "", "");
    if (!role.isGrantedBy(token.grants())) {
      throw new RequestException(
          HttpStatus.FORBIDDEN,
          "not-permitted",
          switch (role) {
            case PUBLISH -> "The token does not let you publish.";
            case PLAY -> "The token does not let you subscribe.";
          });
    }
    HttpSessions.Opened opened =
        sessions.open(
            new HttpSessions.Request(
                role, roomId, token, body(request), narrowing.track(), narrowing.publisher()),
            client(request));
    ResponseEntity.BodyBuilder response =
        ResponseEntity.status(HttpStatus.CREATED)
            .contentType(APPLICATION_SDP)
            .header(HttpHeaders.LOCATION, location(role, room, opened.id()))
            .header(HttpHeaders.CACHE_CONTROL, "no-store")
            .eTag(ETAG);
    for (IceServer server : sessions.iceServers()) {
      for (String url : server.urls()) {
        response.header(HttpHeaders.LINK, link(url, server));
      }
    }
    return response.body(opened.answerSdp().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Ends a session. Its unguessable URL is proof enough: the token that opened it may have expired
   * by now, and a publication must be endable all the same. A token that comes along is not judged.
   */
  ResponseEntity<Void> close(HttpRole role, String room, String session) throws RequestException {
    if (!sessions.close(role, roomId(room), session)) {
      throw new RequestException(
          HttpStatus.NOT_FOUND, "session-unknown", "There is no such session.");
    }
    return ResponseEntity.ok().build();
  }

  static RoomId roomId(String room) throws RequestException {
    if (room.isBlank()
        || room.length() > MAX_ROOM_CHARS
        || room.chars().anyMatch(Character::isISOControl)) {
      throw new RequestException(
          HttpStatus.BAD_REQUEST,
          "invalid-room",
          "A room's name has 1 to "
              + MAX_ROOM_CHARS
              + " characters, none of them a control character.");
    }
    return new RoomId(room);
  }

  /** Never reads more than the limit, whatever the length that is declared. */
  private String body(HttpServletRequest request) throws RequestException, IOException {
    int max = sessions.maxOfferBytes();
    byte[] body =
        request.getContentLengthLong() > max
            ? new byte[max + 1]
            : request.getInputStream().readNBytes(max + 1);
    if (body.length > max) {
      throw new RequestException(
          HttpStatus.CONTENT_TOO_LARGE,
          "message-too-large",
          "An offer may have at most " + max + " bytes.");
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  /** As the container or a trusted proxy's header says it; null for what is no address. */
  private static @Nullable InetAddress client(HttpServletRequest request) {
    try {
      return InetAddress.ofLiteral(request.getRemoteAddr());
    } catch (IllegalArgumentException noLiteral) {
      return null;
    }
  }

  private static String location(HttpRole role, String room, String session) {
    String endpoint =
        switch (role) {
          case PUBLISH -> WhipWhepController.WHIP;
          case PLAY -> WhipWhepController.WHEP;
        };
    return endpoint.replace("{room}", UriUtils.encodePathSegment(room, StandardCharsets.UTF_8))
        + "/"
        + session;
  }

  /** RFC 9725 §4.6. */
  private static String link(String url, IceServer server) {
    StringBuilder link = new StringBuilder("<").append(url).append(">; rel=\"ice-server\"");
    String username = server.username();
    String credential = server.credential();
    if (username != null && credential != null) {
      link.append("; username=").append(quoted(username));
      link.append("; credential=").append(quoted(credential));
      link.append("; credential-type=\"password\"");
    }
    return link.toString();
  }

  /** RFC 9110 §5.6.4. */
  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}

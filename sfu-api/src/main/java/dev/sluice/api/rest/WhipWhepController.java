package dev.sluice.api.rest;

import dev.sluice.api.auth.TokenException;
import dev.sluice.api.session.HttpRole;
import dev.sluice.api.session.JoinRefusedException;
import dev.sluice.core.sdp.SdpException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep). Both are one offer in a POST and one DELETE;
 * they differ in what a session does and, in WHEP, in what it may be limited to. Neither has a
 * PATCH: with every candidate in the answer there is nothing to trickle, and a client that wants to
 * restart ICE starts again.
 */
@RestController
final class WhipWhepController {
  static final String WHIP = "/whip/{room}";
  static final String WHEP = "/whep/{room}";

  private static final String SESSION = "/{session}";

  private final SdpExchange exchange;

  WhipWhepController(SdpExchange exchange) {
    this.exchange = exchange;
  }

  /** Publishes what the offer sends. */
  @PostMapping(
      path = WHIP,
      consumes = SdpExchange.APPLICATION_SDP_VALUE,
      produces = SdpExchange.APPLICATION_SDP_VALUE)
  ResponseEntity<byte[]> publish(@PathVariable String room, HttpServletRequest request)
      throws RequestException, TokenException, SdpException, JoinRefusedException, IOException {
    return exchange.open(HttpRole.PUBLISH, room, SdpExchange.Narrowing.NONE, request);
  }

  /**
   * Plays the room, or one track of it ({@code track}), or one participant ({@code participant}, an
   * id or an identity).
   */
  @PostMapping(
      path = WHEP,
      consumes = SdpExchange.APPLICATION_SDP_VALUE,
      produces = SdpExchange.APPLICATION_SDP_VALUE)
  ResponseEntity<byte[]> play(
      @PathVariable String room,
      @RequestParam(defaultValue = "") String track,
      @RequestParam(defaultValue = "") String participant,
      HttpServletRequest request)
      throws RequestException, TokenException, SdpException, JoinRefusedException, IOException {
    return exchange.open(
        HttpRole.PLAY, room, new SdpExchange.Narrowing(track, participant), request);
  }

  /** Ends a publication. */
  @DeleteMapping(WHIP + SESSION)
  ResponseEntity<Void> unpublish(@PathVariable String room, @PathVariable String session)
      throws RequestException {
    return exchange.close(HttpRole.PUBLISH, room, session);
  }

  /** Ends a playback. */
  @DeleteMapping(WHEP + SESSION)
  ResponseEntity<Void> stop(@PathVariable String room, @PathVariable String session)
      throws RequestException {
    return exchange.close(HttpRole.PLAY, room, session);
  }

  /** What may be done with an endpoint. */
  @RequestMapping(
      path = {WHIP, WHEP},
      method = RequestMethod.OPTIONS)
  ResponseEntity<Void> endpointOptions() {
    return ResponseEntity.noContent().allow(HttpMethod.POST, HttpMethod.OPTIONS).build();
  }

  /** What may be done with a session. */
  @RequestMapping(
      path = {WHIP + SESSION, WHEP + SESSION},
      method = RequestMethod.OPTIONS)
  ResponseEntity<Void> sessionOptions() {
    return ResponseEntity.noContent().allow(HttpMethod.DELETE, HttpMethod.OPTIONS).build();
  }
}

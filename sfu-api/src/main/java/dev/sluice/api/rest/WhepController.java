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

/** WHEP (draft-ietf-wish-whep). */
@RestController
final class WhepController {
  static final String PATH = "/whep";

  private final SdpExchange exchange;

  WhepController(SdpExchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Plays the room, or one track of it ({@code track}), or one participant ({@code participant}, an
   * id or an identity).
   */
  @PostMapping(
      path = PATH + "/{room}",
      consumes = SdpExchange.APPLICATION_SDP_VALUE,
      produces = SdpExchange.APPLICATION_SDP_VALUE)
  ResponseEntity<byte[]> open(
      @PathVariable String room,
      @RequestParam(defaultValue = "") String track,
      @RequestParam(defaultValue = "") String participant,
      HttpServletRequest request)
      throws RequestException, TokenException, SdpException, JoinRefusedException, IOException {
    return exchange.open(
        HttpRole.PLAY, room, new SdpExchange.Narrowing(track, participant), request);
  }

  /** What may be done with the endpoint. */
  @RequestMapping(path = PATH + "/{room}", method = RequestMethod.OPTIONS)
  ResponseEntity<Void> endpointOptions() {
    return ResponseEntity.noContent().allow(HttpMethod.POST, HttpMethod.OPTIONS).build();
  }

  /** Ends a session. */
  @DeleteMapping(PATH + "/{room}/{session}")
  ResponseEntity<Void> close(@PathVariable String room, @PathVariable String session)
      throws RequestException {
    return exchange.close(HttpRole.PLAY, room, session);
  }

  /** What may be done with a session. */
  @RequestMapping(path = PATH + "/{room}/{session}", method = RequestMethod.OPTIONS)
  ResponseEntity<Void> sessionOptions() {
    return ResponseEntity.noContent().allow(HttpMethod.DELETE, HttpMethod.OPTIONS).build();
  }
}

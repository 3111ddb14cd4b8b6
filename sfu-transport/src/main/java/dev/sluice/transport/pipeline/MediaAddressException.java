package dev.sluice.transport.pipeline;

import dev.sluice.core.sdp.LocalTransport.Candidate;
import java.util.List;
import java.util.stream.Collectors;

/** No address is left that answers may name. The message is one sentence for the operator. */
public final class MediaAddressException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MediaAddressException(List<Candidate> hidden) {
    super(
        "Private addresses are hidden (sluice.media.hide-private-addresses), and this server has no"
            + " others for everyone, only "
            + hidden.stream().map(Candidate::address).distinct().collect(Collectors.joining(", "))
            + ".");
  }
}

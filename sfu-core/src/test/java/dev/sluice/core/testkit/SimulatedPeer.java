package dev.sluice.core.testkit;

import dev.sluice.core.control.RoomEvent;
import dev.sluice.core.media.DropCounters;
import dev.sluice.core.media.HeaderExtension;
import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.ParticipantId;
import dev.sluice.core.rtcp.Bye;
import dev.sluice.core.rtcp.Fir;
import dev.sluice.core.rtcp.Nack;
import dev.sluice.core.rtcp.NackReader;
import dev.sluice.core.rtcp.Pli;
import dev.sluice.core.rtcp.ReceiverReport;
import dev.sluice.core.rtcp.ReportBlock;
import dev.sluice.core.rtcp.RtcpKind;
import dev.sluice.core.rtcp.RtcpReader;
import dev.sluice.core.rtcp.RtcpWriter;
import dev.sluice.core.rtcp.SenderReport;
import dev.sluice.core.rtp.RtpPacket;
import dev.sluice.core.rtp.TransportSequence;
import dev.sluice.core.srtp.SrtpCiphers;
import dev.sluice.core.srtp.SrtpKeys;
import dev.sluice.core.srtp.SrtpProfile;
import dev.sluice.core.srtp.SrtpReceiver;
import dev.sluice.core.srtp.SrtpSender;
import dev.sluice.core.time.MediaClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A participant as a browser would be: publishes, receives in its slots, repairs what it lost and
 * reports, all over SRTP with keys of its own and a wall clock of its own.
 */
public final class SimulatedPeer {
  private static final long TICK_NANOS = 10_000_000;
  private static final long REPORT_NANOS = 1_000_000_000;
  private static final long FEEDBACK_NANOS = 100_000_000;
  private static final int MAX_SSRCS = 2000;

  private final PeerPlan plan;
  private final int number;
  private final ParticipantId id;
  private final SrtpKeys keys;
  private final SrtpSender sender;
  private final SrtpReceiver receiver;
  private final MediaClock clock;
  private final SimulatedLink uplink;
  private final SimulatedLink downlink;
  private final DropCounters drops = new DropCounters();
  private final List<SimulatedSource> sources = new ArrayList<>();
  private final SimulatedSlots slots;
  private final List<RoomEvent> events = new ArrayList<>();
  private final RtcpWriter writer = new RtcpWriter();
  private final RtcpReader reader = new RtcpReader();
  private final NackReader nacks = new NackReader();
  private final byte[] rtcp = new byte[1500];
  private int transportSequence;
  private long tickDueNanos;
  private long reportDueNanos;
  private long feedbackDueNanos;
  private long retransmissionsSent;
  private long rtcpReceived;
  private long reducedReceived;
  private final List<Integer> goodbyes = new ArrayList<>();
  private final Set<Integer> reported = new TreeSet<>();
  private final FollowedLayers layers = new FollowedLayers();
  private boolean repairs = true;
  private long receiverEstimateBps;
  private boolean running = true;

  SimulatedPeer(PeerPlan plan, int number, SplittableRandom random, long nowNanos) {
    this.plan = plan;
    this.number = number;
    id = new ParticipantId(plan.name());
    slots = new SimulatedSlots(id, number);
    keys = keys(number);
    SrtpCiphers ciphers = SrtpCiphers.jdk();
    sender =
        new SrtpSender(keys.profile(), keys.clientKey(), keys.clientSalt(), ciphers, MAX_SSRCS);
    receiver =
        new SrtpReceiver(keys.profile(), keys.serverKey(), keys.serverSalt(), ciphers, MAX_SSRCS);
    // Nobody's wall clock is right: each is wrong by other minutes.
    clock = new MediaClock(0, 1_700_000_000_000L + number * 123_457L);
    uplink = new SimulatedLink(random.split());
    downlink = new SimulatedLink(random.split());
    if (plan.audio()) {
      addSource(MediaKind.AUDIO, "pa", "", Agreement.audioSsrc(number), random, nowNanos);
    }
    if (plan.video() && plan.rids().isEmpty()) {
      addSource(MediaKind.VIDEO, "pv", "", Agreement.videoSsrc(number, 0), random, nowNanos);
    }
    for (int i = 0; plan.video() && i < plan.rids().size(); i++) {
      int ssrc = Agreement.videoSsrc(number, i);
      addSource(MediaKind.VIDEO, "pv", plan.rids().get(i), ssrc, random, nowNanos);
      sources.getLast().setSize(320 << i, 180 << i);
    }
    offerSlots(plan);
    tickDueNanos = nowNanos + 1 + random.nextLong(TICK_NANOS);
    reportDueNanos = nowNanos + 150_000_000 + random.nextLong(100_000_000);
    feedbackDueNanos = nowNanos + FEEDBACK_NANOS;
  }

  /** The keys of the peer with this number, different for each. */
  public static SrtpKeys keys(int number) {
    SrtpProfile profile =
        number % 3 == 2 ? SrtpProfile.AES128_CM_HMAC_SHA1_80 : SrtpProfile.AEAD_AES_128_GCM;
    byte[][] parts = {
      new byte[profile.keyLength()], new byte[profile.saltLength()],
      new byte[profile.keyLength()], new byte[profile.saltLength()]
    };
    for (int i = 0; i < parts.length; i++) {
      Arrays.fill(parts[i], (byte) (16 * number + i + 1));
      parts[i][0] = (byte) (number >> 4);
    }
    return new SrtpKeys(profile, parts[0], parts[1], parts[2], parts[3]);
  }

  /** Whether it asks for lost packets (on at first). */
  public void setRepairs(boolean on) {
    repairs = on;
  }

  /** Whether it sends transport-wide feedback (on at first). */
  public void setTransportFeedback(boolean on) {
    slots.setReportsArrivals(on);
  }

  /** Says once a second, by REMB, that it can receive so much; 0 for nothing, as at first. */
  public void setReceiverEstimate(long bitrateBps) {
    receiverEstimateBps = bitrateBps;
  }

  /**
   * Sends the layers that the server wants, so long after it says so, as the SDK does. At first it
   * sends them all, as a client does that knows nothing of this.
   */
  public void followLayers(long delayNanos) {
    layers.follow(delayNanos);
  }

  /** No longer does so; what it sends by now goes on. */
  public void ignoreLayers() {
    layers.ignore();
  }

  void hear(RoomEvent event, long nowNanos) {
    events.add(event);
    if (event instanceof RoomEvent.LayersWanted wanted) {
      layers.handle(wanted, nowNanos);
    }
  }

  /** Everything it was told. */
  public List<RoomEvent> events() {
    return events;
  }

  /** The events of one type in their order. */
  public <E extends RoomEvent> List<E> events(Class<E> type) {
    return events.stream()
        .flatMap(
            event ->
                event instanceof RoomEvent.Batch batch
                    ? batch.changes().stream()
                    : Stream.of(event))
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** What came in a slot. */
  public ReceivedStream slot(String mid) {
    return slots.slot(mid);
  }

  /** All its slots by mid. */
  public Map<String, ReceivedStream> slots() {
    return slots.all();
  }

  /** Its microphone. */
  public SimulatedSource audio() {
    return sources.getFirst();
  }

  /** Its camera, or the smallest layer of it. */
  public SimulatedSource video() {
    return layer(0);
  }

  /** A layer of its camera. */
  public SimulatedSource layer(int index) {
    return sources.get(index + (plan.audio() ? 1 : 0));
  }

  /** All that it sends. */
  public List<SimulatedSource> sources() {
    return sources;
  }

  /** From it to the server. */
  public SimulatedLink uplink() {
    return uplink;
  }

  /** From the server to it. */
  public SimulatedLink downlink() {
    return downlink;
  }

  /** Its name in the room. */
  public ParticipantId id() {
    return id;
  }

  /** Its number in the conference. */
  public int number() {
    return number;
  }

  PeerPlan plan() {
    return plan;
  }

  SrtpKeys keys() {
    return keys;
  }

  /** What it could not decrypt. */
  public DropCounters drops() {
    return drops;
  }

  /** RTX packets that it sent. */
  public long retransmissionsSent() {
    return retransmissionsSent;
  }

  /** RTX packets that came. */
  public long retransmissionsReceived() {
    return slots.retransmissionsReceived();
  }

  /** RTX packets without content that came. */
  public long paddingReceived() {
    return slots.paddingReceived();
  }

  /** RTCP datagrams that came. */
  public long rtcpReceived() {
    return rtcpReceived;
  }

  /** RTCP datagrams that came without a report and a description first (RFC 5506). */
  public long reducedReceived() {
    return reducedReceived;
  }

  /** The SSRCs of every goodbye that came. */
  public List<Integer> goodbyes() {
    return goodbyes;
  }

  /** Its own SSRCs that have come back in report blocks. */
  public Set<Integer> reported() {
    return reported;
  }

  void offerSlots(PeerPlan offered) {
    slots.add(offered);
  }

  void stop() {
    running = false;
  }

  long nextDeadlineNanos() {
    if (!running) {
      return Long.MAX_VALUE;
    }
    long next = Math.min(tickDueNanos, layers.dueNanos());
    for (SimulatedSource source : sources) {
      next = Math.min(next, source.nextFrameNanos());
    }
    return next;
  }

  void handleTimeout(long nowNanos) {
    for (int ssrc : layers.apply(sources, nowNanos)) {
      sendRtcp(out -> out.bye(ssrc), nowNanos);
    }
    for (SimulatedSource source : sources) {
      if (source.nextFrameNanos() <= nowNanos) {
        source.makeFrame(nowNanos).forEach(packet -> sendRtp(packet, nowNanos));
      }
    }
    if (tickDueNanos <= nowNanos) {
      tickDueNanos = nowNanos + TICK_NANOS;
      sendFeedback(nowNanos);
    }
  }

  /** Encrypts and sends an RTP packet, with the next transport-wide number where it has one. */
  public void sendRtp(byte[] plain, long nowNanos) {
    byte[] packet = plain.clone();
    Integer transport = Agreement.extensionIds(number).get(HeaderExtension.TRANSPORT_SEQUENCE);
    long place = RtpPacket.findExtension(packet, 0, Objects.requireNonNull(transport));
    if (place != RtpPacket.NO_EXTENSION) {
      TransportSequence.write(packet, RtpPacket.extensionOffset(place), transportSequence++);
    }
    int headerLength = RtpPacket.headerLength(packet, 0);
    byte[] out = new byte[packet.length + 64];
    System.arraycopy(packet, 0, out, 0, headerLength);
    int length =
        sender.protectRtp(
            out, 0, headerLength, 0, packet, headerLength, packet.length - headerLength);
    if (length < 0) {
      throw new IllegalStateException("a peer sent " + SrtpSender.reason(length));
    }
    uplink.send(out, 0, length, nowNanos);
  }

  /** Encrypts and sends the RTCP datagram that {@code content} writes. */
  public void sendRtcp(Consumer<RtcpWriter> content, long nowNanos) {
    writer.begin(rtcp, 0, 1200);
    content.accept(writer);
    if (writer.length() > 0) {
      sendRtcp(Arrays.copyOf(rtcp, writer.length()), nowNanos);
    }
  }

  /** Encrypts and sends any bytes as RTCP. */
  public void sendRtcp(byte[] plain, long nowNanos) {
    byte[] out = Arrays.copyOf(plain, plain.length + 64);
    int length = sender.protectRtcp(out, 0, plain.length);
    if (length < 0) {
      throw new IllegalStateException("a peer sent " + SrtpSender.reason(length));
    }
    uplink.send(out, 0, length, nowNanos);
  }

  /** Takes a datagram from the server. */
  void receive(byte[] datagram, long nowNanos) {
    byte[] plain = new byte[datagram.length];
    int type = datagram[1] & 0xFF;
    boolean isRtcp = type >= 192 && type < 224;
    int length =
        isRtcp
            ? receiver.unprotectRtcp(datagram, 0, datagram.length, plain, 0)
            : receiver.unprotectRtp(datagram, 0, datagram.length, plain, 0);
    if (length < 0) {
      drops.count(SrtpReceiver.reason(length));
    } else if (isRtcp) {
      rtcpReceived++;
      receiveRtcp(plain, length, nowNanos);
    } else {
      slots.receive(plain, length, nowNanos);
    }
  }

  private void addSource(
      MediaKind kind, String mid, String rid, int ssrc, SplittableRandom random, long nowNanos) {
    long start = nowNanos + random.nextLong(20_000_000);
    int seed = random.nextInt(1 << 20);
    sources.add(new SimulatedSource(kind, mid, rid, ssrc, seed, start, number));
  }

  private void receiveRtcp(byte[] plain, int length, long nowNanos) {
    reader.reset(plain, 0, length);
    boolean first = true;
    while (reader.next()) {
      int offset = reader.offset();
      RtcpKind kind = reader.kind();
      boolean report = kind == RtcpKind.SENDER_REPORT || kind == RtcpKind.RECEIVER_REPORT;
      reducedReceived += first && !report ? 1 : 0;
      first = false;
      if (report) {
        noteBlocks(plain, offset, kind);
      }
      switch (kind) {
        case SENDER_REPORT -> slots.receiveReport(plain, offset, nowNanos);
        case NACK -> {
          nacks.reset(plain, offset, reader.length());
          answerNack(Nack.mediaSsrc(plain, offset), nowNanos);
        }
        case PLI -> askKeyframe(Pli.mediaSsrc(plain, offset));
        case FIR -> askKeyframe(Fir.ssrc(plain, offset, 0));
        case BYE -> {
          for (int i = 0; i < Bye.ssrcCount(plain, offset); i++) {
            goodbyes.add(Bye.ssrc(plain, offset, i));
          }
        }
        case RECEIVER_REPORT, SDES, REMB, TRANSPORT_FEEDBACK, CONGESTION_FEEDBACK, UNKNOWN -> {}
      }
    }
    if (reader.malformed()) {
      throw new IllegalStateException(id + " got a malformed RTCP datagram");
    }
  }

  private void noteBlocks(byte[] plain, int offset, RtcpKind kind) {
    boolean sender = kind == RtcpKind.SENDER_REPORT;
    int count =
        sender
            ? SenderReport.reportBlockCount(plain, offset)
            : ReceiverReport.reportBlockCount(plain, offset);
    for (int i = 0; i < count; i++) {
      int block =
          sender
              ? SenderReport.reportBlockOffset(offset, i)
              : ReceiverReport.reportBlockOffset(offset, i);
      reported.add(ReportBlock.ssrc(plain, block));
    }
  }

  private void answerNack(int ssrc, long nowNanos) {
    int wanted = nacks.next();
    while (wanted >= 0) {
      for (SimulatedSource source : sources) {
        byte[] packet = source.ssrc() == ssrc ? source.retransmit(wanted) : null;
        if (packet != null) {
          retransmissionsSent++;
          sendRtp(packet, nowNanos);
        }
      }
      wanted = nacks.next();
    }
  }

  private void askKeyframe(int ssrc) {
    for (SimulatedSource source : sources) {
      if (source.ssrc() == ssrc) {
        source.requestKeyframe();
      }
    }
  }

  private void sendFeedback(long nowNanos) {
    if (repairs) {
      slots.forEachVideo((ssrc, mid) -> askForMissing(ssrc, mid, nowNanos));
    }
    if (feedbackDueNanos <= nowNanos) {
      feedbackDueNanos = nowNanos + FEEDBACK_NANOS;
      slots.reportArrivals(feedback -> sendRtcp(feedback, nowNanos));
    }
    if (reportDueNanos <= nowNanos) {
      reportDueNanos = nowNanos + REPORT_NANOS;
      sendReports(nowNanos);
    }
  }

  private void askForMissing(int ssrc, String mid, long nowNanos) {
    ReceivedStream stream = slot(mid);
    long[] missing = stream.takeMissing(nowNanos);
    int from = 0;
    while (from < missing.length) {
      writer.begin(rtcp, 0, 1200);
      from = writer.nack(1, ssrc, missing, from, missing.length);
      sendRtcp(Arrays.copyOf(rtcp, writer.length()), nowNanos);
    }
    if (stream.abandonOld(nowNanos)) {
      requestKeyframe(mid, nowNanos);
    }
  }

  /** Asks for a keyframe of what a slot shows. */
  public void requestKeyframe(String mid, long nowNanos) {
    int ssrc = slots.ssrc(mid);
    sendRtcp(out -> out.pli(1, ssrc), nowNanos);
  }

  private void sendReports(long nowNanos) {
    for (SimulatedSource source : sources) {
      if (source.packetsMade() > 0) {
        sendRtcp(
            out ->
                out.senderReport(
                    source.ssrc(),
                    clock.ntpTime(nowNanos),
                    source.timestampAt(nowNanos),
                    source.packetsMade(),
                    source.octetsMade()),
            nowNanos);
      }
    }
    sendRtcp(
        out -> {
          out.receiverReport(1);
          slots.writeBlocks(out, nowNanos);
          if (receiverEstimateBps > 0) {
            out.remb(1, receiverEstimateBps, new int[0], 0);
          }
        },
        nowNanos);
  }
}

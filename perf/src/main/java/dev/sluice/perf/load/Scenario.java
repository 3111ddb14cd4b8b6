package dev.sluice.perf.load;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who is in which room and publishes what.
 *
 * @param rooms how many, all alike
 * @param size players of a broadcast, participants of other rooms
 * @param bitrateBps of each published video; of the largest layer with simulcast
 */
record Scenario(Kind kind, int rooms, int size, long bitrateBps) {
  private static final Pattern FORM = Pattern.compile("([a-z]+):(?:(\\d+)x)?(\\d+)(?:@(\\d+))?");
  private static final int MAX_VIDEO_SLOTS = 30;
  private static final int MAX_AUDIO_SLOTS = 10;
  private static final long MAX_RATE_BPS = 1_000_000_000;

  /** What a room is for. */
  enum Kind {
    BROADCAST,
    SIMULCAST,
    MEETING,
    AUDIO,
    ROOMS,
    CHURN,
    IDLE
  }

  /**
   * One who joins.
   *
   * @param room its number
   */
  record Seat(int room, String name, Offer offer) {
    boolean publishes() {
      return offer.audio() || !offer.video().isEmpty();
    }
  }

  Scenario {
    if (rooms < 1 || size < 1 || bitrateBps < 1_000 || bitrateBps > MAX_RATE_BPS) {
      throw new IllegalArgumentException("a scenario needs someone in it, and a rate");
    }
  }

  /** Reads {@code broadcast:100@2500} and the like. */
  static Scenario parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      for (Kind kind : Kind.values()) {
        if (kind.name().equalsIgnoreCase(matcher.group(1))) {
          int rooms = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
          long kbps = matcher.group(4) == null ? 2_500 : Long.parseLong(matcher.group(4));
          return new Scenario(kind, rooms, Integer.parseInt(matcher.group(3)), kbps * 1_000);
        }
      }
    }
    throw new IllegalArgumentException("no scenario: " + text + "\n\n" + LoadOptions.USAGE);
  }

  /** The same at another rate. */
  Scenario withBitrate(long bps) {
    return new Scenario(kind, rooms, size, bps);
  }

  /** As it is written on the command line. */
  String title() {
    String name = kind.name().toLowerCase(java.util.Locale.ROOT) + ":";
    String people = rooms > 1 ? rooms + "x" + size : String.valueOf(size);
    boolean silent = kind == Kind.AUDIO || kind == Kind.IDLE;
    return name + people + (silent ? "" : "@" + bitrateBps / 1_000);
  }

  /** Whether publishers and players are different people, as WHIP and WHEP want it. */
  boolean oneWay() {
    return switch (kind) {
      case BROADCAST, SIMULCAST, CHURN, IDLE -> true;
      case MEETING, AUDIO, ROOMS -> false;
    };
  }

  /** Whether the bare forwarding of the C reference is comparable: one layer, all to all. */
  boolean hasReference() {
    return switch (kind) {
      case BROADCAST, MEETING, ROOMS -> true;
      case SIMULCAST, AUDIO, CHURN, IDLE -> false;
    };
  }

  /** Everyone, publishers first. */
  List<Seat> seats() {
    List<Seat> seats = new ArrayList<>();
    for (int room = 0; room < rooms; room++) {
      if (oneWay() && kind != Kind.IDLE) {
        seats.add(new Seat(room, "publisher", new Offer(false, layers(), 0, 0)));
      }
      for (int i = 0; i < size; i++) {
        seats.add(new Seat(room, "p" + i, offer()));
      }
    }
    return seats;
  }

  private Offer offer() {
    int others = Math.max(1, size - 1);
    return switch (kind) {
      case BROADCAST, SIMULCAST, CHURN, IDLE -> new Offer(false, List.of(), 0, 1);
      case AUDIO -> new Offer(true, List.of(), Math.min(others, MAX_AUDIO_SLOTS), 0);
      case MEETING, ROOMS -> new Offer(false, layers(), 0, Math.min(others, MAX_VIDEO_SLOTS));
    };
  }

  private List<Offer.Layer> layers() {
    if (kind != Kind.SIMULCAST) {
      return List.of(new Offer.Layer("", bitrateBps, 1280, 720));
    }
    return List.of(
        new Offer.Layer("q", Math.max(1_000, bitrateBps / 16), 320, 180),
        new Offer.Layer("h", Math.max(1_000, bitrateBps / 4), 640, 360),
        new Offer.Layer("f", bitrateBps, 1280, 720));
  }
}

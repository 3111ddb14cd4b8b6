package dev.sluice.core.control;

import dev.sluice.core.media.MediaKind;
import dev.sluice.core.media.TrackSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What someone may publish: everything of a kind, and tracks of single sources beside. The word of
 * the publisher decides what a track's source is, but never its kind: a video track that calls
 * itself a microphone is no microphone.
 *
 * @param kinds of which everything may be published, whatever its source
 * @param sources of which tracks may be published besides
 */
public record PublishGrant(Set<MediaKind> kinds, Set<TrackSource> sources) {
  /** Everything. */
  public static final PublishGrant ALL = new PublishGrant(EnumSet.allOf(MediaKind.class), Set.of());

  /** Nothing. */
  public static final PublishGrant NONE = new PublishGrant(Set.of(), Set.of());

  /** The sources that can be granted one by one, in the order in which one is chosen. */
  private static final List<TrackSource> NAMED =
      List.of(
          TrackSource.MICROPHONE, TrackSource.CAMERA, TrackSource.SCREEN, TrackSource.SCREEN_AUDIO);

  public PublishGrant {
    kinds = Set.copyOf(kinds);
    sources = Set.copyOf(sources);
  }

  /** Everything or nothing. */
  public static PublishGrant of(boolean publish) {
    return publish ? ALL : NONE;
  }

  /**
   * What these names grant: {@code audio}, {@code video}, {@code microphone}, {@code camera},
   * {@code screen}, {@code screen-audio}.
   *
   * @return null when one of them is none of these, or stands there twice
   */
  public static @Nullable PublishGrant parse(Collection<?> names) {
    Set<MediaKind> kinds = EnumSet.noneOf(MediaKind.class);
    Set<TrackSource> sources = EnumSet.noneOf(TrackSource.class);
    for (Object name : names) {
      int before = kinds.size() + sources.size();
      for (MediaKind kind : MediaKind.values()) {
        if (wireName(kind).equals(name)) {
          kinds.add(kind);
        }
      }
      for (TrackSource source : NAMED) {
        if (wireName(source).equals(name)) {
          sources.add(source);
        }
      }
      if (kinds.size() + sources.size() == before) {
        return null;
      }
    }
    return new PublishGrant(kinds, sources);
  }

  /** The names that {@link #parse} reads. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    kinds.stream().sorted().map(PublishGrant::wireName).forEach(names::add);
    sources.stream().sorted().map(PublishGrant::wireName).forEach(names::add);
    return names;
  }

  /** All that can be granted, for those who wrote something else. */
  public static List<String> allNames() {
    return new PublishGrant(EnumSet.allOf(MediaKind.class), EnumSet.copyOf(NAMED)).names();
  }

  /** Whether nothing may be published. */
  public boolean isNone() {
    return kinds.isEmpty() && sources.isEmpty();
  }

  /** Whether a track of this kind that calls itself this source may be published. */
  public boolean allows(MediaKind kind, TrackSource source) {
    return kinds.contains(kind) || (sources.contains(source) && kind == kindOf(source));
  }

  /**
   * What a track is taken for whose publisher has no way to say it (WHIP): nothing in particular
   * where all of its kind is granted, else the first source of its kind that is.
   *
   * @return null when no track of this kind may be published
   */
  public @Nullable TrackSource sourceFor(MediaKind kind) {
    if (kinds.contains(kind)) {
      return TrackSource.UNKNOWN;
    }
    for (TrackSource source : NAMED) {
      if (allows(kind, source)) {
        return source;
      }
    }
    return null;
  }

  private static @Nullable MediaKind kindOf(TrackSource source) {
    return switch (source) {
      case MICROPHONE, SCREEN_AUDIO -> MediaKind.AUDIO;
      case CAMERA, SCREEN -> MediaKind.VIDEO;
      case UNKNOWN -> null;
    };
  }

  private static String wireName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

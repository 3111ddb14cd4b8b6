package dev.sluice.core.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code a=} lines of one level of a session description, in their order.
 *
 * @param list every attribute, unknown ones included
 */
public record Attributes(List<Attribute> list) {
  public Attributes {
    list = List.copyOf(list);
  }

  /** The first attribute of this name, or null. Names are case-sensitive (RFC 8866 §5.13). */
  public @Nullable Attribute first(String name) {
    for (Attribute attribute : list) {
      if (attribute.name().equals(name)) {
        return attribute;
      }
    }
    return null;
  }

  /** Every attribute of this name, in order. */
  public List<Attribute> all(String name) {
    List<Attribute> found = new ArrayList<>();
    for (Attribute attribute : list) {
      if (attribute.name().equals(name)) {
        found.add(attribute);
      }
    }
    return found;
  }

  /** Whether an attribute of this name stands here. */
  public boolean has(String name) {
    return first(name) != null;
  }
}

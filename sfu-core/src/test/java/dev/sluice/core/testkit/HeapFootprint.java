package dev.sluice.core.testkit;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of all arrays of primitives that an object reaches through fields of Sluice's own classes:
 * what its buffers and tables cost, whatever they are called. Objects themselves (some dozens) are
 * left out.
 */
public final class HeapFootprint {
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> open = new ArrayDeque<>();

  private HeapFootprint() {}

  /**
   * Sums the arrays.
   *
   * @param root where to begin
   * @param others what the root refers to but does not own
   */
  public static long ofArrays(Object root, Object... others) {
    HeapFootprint footprint = new HeapFootprint();
    Collections.addAll(footprint.seen, others);
    footprint.visit(root);
    long bytes = 0;
    while (!footprint.open.isEmpty()) {
      bytes += footprint.measure(footprint.open.pop());
    }
    return bytes;
  }

  private void visit(@Nullable Object object) {
    if (object != null
        && (object.getClass().isArray() || isOurs(object.getClass()))
        && seen.add(object)) {
      open.push(object);
    }
  }

  private static boolean isOurs(Class<?> type) {
    return type.getName().startsWith("dev.sluice.");
  }

  private long measure(Object object) {
    Class<?> type = object.getClass();
    if (type.isArray()) {
      if (type.getComponentType().isPrimitive()) {
        return Array.getLength(object) * (long) bytesOf(type.getComponentType());
      }
      for (Object element : (Object[]) object) {
        visit(element);
      }
      return 0;
    }
    for (Class<?> each = type; isOurs(each); each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          visit(read(field, object));
        }
      }
    }
    return 0;
  }

  private static @Nullable Object read(Field field, Object object) {
    try {
      field.setAccessible(true);
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(field + " cannot be read", e);
    }
  }

  private static int bytesOf(Class<?> primitive) {
    if (primitive == byte.class || primitive == boolean.class) {
      return 1;
    }
    if (primitive == short.class || primitive == char.class) {
      return 2;
    }
    return primitive == int.class || primitive == float.class ? 4 : 8;
  }
}

package dev.sluice.api.rest;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;

/**
 * One page of a list in a stable order, with a link to the next one (RFC 8288). What comes or goes
 * between two pages is seen or not; nothing else is left out or shown twice.
 *
 * @param limit entries at most
 * @param after the key of the last entry of the page before, or empty for the first page
 */
record Page(int limit, String after) {
  static final int MAX_LIMIT = 1000;

  static Page of(int limit, String after) throws RequestException {
    return new Page(Fields.parameterBetween("limit", limit, 1, MAX_LIMIT), after);
  }

  /** The entries of the page, by their keys. */
  <T> List<T> of(List<T> all, Function<T, String> key) {
    return all.stream()
        .sorted(Comparator.comparing(key))
        .filter(entry -> key.apply(entry).compareTo(after) > 0 || after.isEmpty())
        .limit(limit)
        .toList();
  }

  /** The answer with these entries, of which the last one has this key. */
  <T> ResponseEntity<List<T>> answer(String path, String filters, List<T> entries, String last) {
    HttpHeaders headers = new HttpHeaders();
    if (entries.size() == limit) {
      String next =
          path
              + "?limit="
              + limit
              + "&after="
              + URLEncoder.encode(last, StandardCharsets.UTF_8)
              + filters;
      headers.set(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"");
    }
    return ResponseEntity.ok().headers(headers).body(entries);
  }
}

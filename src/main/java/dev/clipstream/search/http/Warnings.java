package dev.clipstream.search.http;

import java.util.List;
import java.util.Map;

/// The member `warnings` of a response: sentences on results that may mislead. It is absent if there are none.
final class Warnings {
    private Warnings() {}

    /// Adds the warnings of a tagger, or of another part that writes whole sentences.
    static Map<String, Object> add(Map<String, Object> response, List<String> warnings) {
        if (!warnings.isEmpty()) {
            response.put("warnings", warnings);
        }
        return response;
    }

    /// Adds a warning for each text that the model does not read to its end.
    static Map<String, Object> addCut(Map<String, Object> response, List<String> texts) {
        return add(
                response,
                texts.stream()
                        .map(text ->
                                "Expected a text that the model reads to its end, found a longer one, which is cut: '"
                                        + text + "'. Shorten it.")
                        .toList());
    }
}

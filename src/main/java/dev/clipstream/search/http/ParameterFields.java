package dev.clipstream.search.http;

import dev.clipstream.search.SearchException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parameters of a URL, as request fields. Lists are comma-separated or repeated; pairs are `NAME=VALUE`.
final class ParameterFields extends RequestFields {
    private final Map<String, String[]> given;

    private ParameterFields(Map<String, String[]> given) {
        this.given = given;
    }

    /// @throws SearchException if the parameters are not percent-encoded UTF-8
    static ParameterFields of(HttpServletRequest request) {
        try {
            return new ParameterFields(request.getParameterMap());
        } catch (IllegalStateException e) {
            throw SearchException.badQuery(
                    "parameters in percent-encoded UTF-8", String.valueOf(e.getMessage()), "encode them");
        }
    }

    @Override
    String place(String name) {
        return "parameter " + name;
    }

    @Override
    Set<String> names() {
        return given.keySet();
    }

    private List<String> all(String name) {
        String[] values = given.get(name);
        return values == null ? List.of() : List.of(values);
    }

    @Override
    @Nullable
    String textOf(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw wrong(name, "one value", "" + values.size());
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    @Override
    Set<String> textsOf(String name) {
        Set<String> texts = new LinkedHashSet<>();
        all(name).forEach(value -> texts.addAll(Arrays.asList(value.split(",", -1))));
        if (texts.contains("")) {
            throw wrong(name, "comma-separated values", "an empty value in '" + String.join("&", all(name)) + "'");
        }
        return texts;
    }

    @Override
    Map<String, String> pairsOf(String name) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : all(name)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw wrong(name, "NAME=VALUE", "'" + pair + "'");
            }
            pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return pairs;
    }

    /// A plus sign that is not percent-encoded arrives as a space.
    @Override
    String timeRemedy(String found) {
        return found.indexOf(' ') < 0 ? CORRECT_IT : "write the plus sign of an offset as %2B";
    }

    @Override
    @Nullable
    Number numberOf(String name) {
        String text = textOf(name);
        try {
            return text == null ? null : Double.valueOf(text);
        } catch (NumberFormatException e) {
            throw wrong(name, "a number", "'" + text + "'");
        }
    }
}

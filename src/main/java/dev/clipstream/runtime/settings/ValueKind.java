package dev.clipstream.runtime.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.core.ResolvableType;

/// Describes the values of a setting in words for users instead of Java types.
final class ValueKind {
    private ValueKind() {}

    /// Returns the values that a setting of this type takes, to follow "takes".
    static String of(ResolvableType type) {
        Class<?> raw = type.resolve(Object.class);
        if (Collection.class.isAssignableFrom(raw)) {
            Class<?> element = type.asCollection().resolveGeneric(0);
            return element != null && element.isEnum()
                    ? "one or more of " + names(element) + ", separated by commas"
                    : "values separated by commas";
        }
        if (raw.isEnum()) {
            return "one of " + names(raw);
        }
        if (raw == Duration.class) {
            return "a duration such as 500ms, 5s or 2m";
        }
        return switch (raw.getSimpleName()) {
            case "int", "Integer" -> "a whole number of at most " + Integer.MAX_VALUE;
            case "long", "short", "Long", "Short" -> "a whole number";
            case "float", "double", "Float", "Double" -> "a number";
            case "boolean", "Boolean" -> "true or false";
            default -> "another value";
        };
    }

    private static String names(Class<?> choices) {
        return Arrays.stream(choices.getEnumConstants())
                .map(choice ->
                        ((Enum<?>) choice).name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(", "));
    }
}

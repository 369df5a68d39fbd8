package dev.clipstream.search.http;

import dev.clipstream.search.SearchException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The named values of a request, from URL parameters or JSON.
///
/// Records which names are read, so that [#requireAllRead] can refuse unknown names. Not thread-safe.
abstract class RequestFields {
    /// What was found where a required value is missing.
    static final String NOTHING = "nothing";

    /// What to do about most invalid values.
    static final String CORRECT_IT = "correct it or leave it out";

    private final Set<String> read = new TreeSet<>();

    /// Returns a text, or null if it is missing.
    @Nullable
    String text(String name) {
        read.add(name);
        return textOf(name);
    }

    /// Returns a list of texts, empty if it is missing.
    Set<String> texts(String name) {
        read.add(name);
        return new LinkedHashSet<>(textsOf(name));
    }

    /// Returns pairs of names and values, empty if they are missing.
    Map<String, String> pairs(String name) {
        read.add(name);
        return pairsOf(name);
    }

    /// Returns a number in the range from `min` to `max`, or the default if it is missing.
    double number(String name, double defaultValue, double min, double max) {
        read.add(name);
        Number found = numberOf(name);
        if (found == null) {
            return defaultValue;
        }
        double value = found.doubleValue();
        if (!(value >= min && value <= max)) {
            throw wrong(name, "a number from " + format(min) + " to " + format(max), format(value));
        }
        return value;
    }

    /// Returns an integer in the range from `min` to `max`, or the default if it is missing.
    int whole(String name, int defaultValue, int min, int max) {
        read.add(name);
        Number found = numberOf(name);
        if (found == null) {
            return defaultValue;
        }
        double value = found.doubleValue();
        if (value != Math.rint(value) || value < min || value > max) {
            throw wrong(name, "an integer from " + min + " to " + max, format(value));
        }
        return (int) value;
    }

    /// Returns a time, or null if it is missing.
    @Nullable
    Instant time(String name) {
        String found = text(name);
        if (found == null) {
            return null;
        }
        try {
            Instant time = Instant.parse(found);
            var _ = time.toEpochMilli(); // the index stores milliseconds; throws if the time is out of range
            return time;
        } catch (DateTimeException | ArithmeticException e) {
            throw wrong(name, "a time such as 2026-03-01T12:00:00Z (ISO 8601)", "'" + found + "'", timeRemedy(found));
        }
    }

    /// Records that a subclass reads a name.
    void reads(String name) {
        read.add(name);
    }

    /// Refuses names that have not been read, which are mostly misspelled.
    void requireAllRead() {
        for (String name : names()) {
            if (!read.contains(name)) {
                throw SearchException.badQuery(
                        read.isEmpty() ? "no parameters" : "one of " + read,
                        "'" + place(name) + "'",
                        "correct or remove the name");
            }
        }
    }

    /// Returns what to do about an invalid time.
    String timeRemedy(String found) {
        return CORRECT_IT;
    }

    /// Returns the failure of an invalid value.
    ///
    /// @param found [#NOTHING] if a required value is missing
    SearchException wrong(String name, String expected, String found) {
        return wrong(name, expected, found, found.equals(NOTHING) ? "add it" : CORRECT_IT);
    }

    private SearchException wrong(String name, String expected, String found, String remedy) {
        return SearchException.badQuery(expected + " as " + place(name), found, remedy);
    }

    private static String format(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    /// Returns the location of a name in the request, for messages.
    abstract String place(String name);

    abstract Set<String> names();

    abstract @Nullable String textOf(String name);

    abstract Set<String> textsOf(String name);

    abstract Map<String, String> pairsOf(String name);

    abstract @Nullable Number numberOf(String name);
}

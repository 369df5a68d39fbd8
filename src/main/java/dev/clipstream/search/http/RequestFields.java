package dev.clipstream.search.http;

import dev.clipstream.search.SearchException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Named values of a question, as text or JSON, read by one thread. A name that nobody reads is a mistake of the asker:
/// [#requireAllRead] tells it.
abstract class RequestFields {
    private final Set<String> read = new TreeSet<>();

    /// One text; null: not given.
    @Nullable
    String text(String name) {
        read.add(name);
        return textOf(name);
    }

    /// Texts; empty: not given.
    Set<String> texts(String name) {
        read.add(name);
        return new LinkedHashSet<>(textsOf(name));
    }

    /// Names with values; empty: not given.
    Map<String, String> pairs(String name) {
        read.add(name);
        return pairsOf(name);
    }

    /// A number from `least` to `most`.
    double number(String name, double otherwise, double least, double most) {
        read.add(name);
        Number found = numberOf(name);
        if (found == null) {
            return otherwise;
        }
        double value = found.doubleValue();
        if (!(value >= least && value <= most)) {
            throw wrong(name, "a number of " + shown(least) + " to " + shown(most), shown(value));
        }
        return value;
    }

    /// A whole number from `least` to `most`.
    int whole(String name, int otherwise, int least, int most) {
        read.add(name);
        Number found = numberOf(name);
        if (found == null) {
            return otherwise;
        }
        double value = found.doubleValue();
        if (value != Math.rint(value) || value < least || value > most) {
            throw wrong(name, "a whole number of " + least + " to " + most, shown(value));
        }
        return (int) value;
    }

    /// A moment; null: not given.
    @Nullable
    Instant time(String name) {
        String found = text(name);
        if (found == null) {
            return null;
        }
        try {
            Instant time = Instant.parse(found);
            var _ = time.toEpochMilli(); // indexes count in these
            return time;
        } catch (DateTimeException | ArithmeticException e) {
            throw wrong(name, "a time such as 2026-03-01T12:00:00Z (ISO 8601)", "'" + found + "'");
        }
    }

    /// Says that it reads a name by itself.
    void reads(String name) {
        read.add(name);
    }

    /// Refuses names that nobody has read: most are misspelt.
    void requireAllRead() {
        for (String name : names()) {
            if (!read.contains(name)) {
                throw SearchException.badQuery(
                        read.isEmpty() ? "no parameters" : "one of " + read,
                        "'" + place(name) + "'",
                        "correct the name or leave it out");
            }
        }
    }

    SearchException wrong(String name, String expected, String found) {
        return SearchException.badQuery(expected + " as " + place(name), found, "correct it or leave it out");
    }

    private static String shown(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    /// Where a name stands, for people.
    abstract String place(String name);

    abstract Set<String> names();

    abstract @Nullable String textOf(String name);

    abstract Set<String> textsOf(String name);

    abstract Map<String, String> pairsOf(String name);

    abstract @Nullable Number numberOf(String name);
}

package dev.clipstream.cli.index;

import dev.clipstream.index.MediaFilter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Which media are wanted.
final class FilterOptions {
    @Option(names = "--tags", split = ",", paramLabel = "ID", description = "Label ids that it must have, every one.")
    private Set<String> all = new LinkedHashSet<>();

    @Option(names = "--any-tags", split = ",", paramLabel = "ID", description = "Label ids of which it must have one.")
    private Set<String> any = new LinkedHashSet<>();

    @Option(names = "--no-tags", split = ",", paramLabel = "ID", description = "Label ids of which it may have none.")
    private Set<String> none = new LinkedHashSet<>();

    @Option(
            names = "--min-probability",
            paramLabel = "P",
            description = "What makes a tag count, 0 to 1. Default: ${DEFAULT-VALUE}.")
    private double minProbability;

    @Option(
            names = "--uploaded-from",
            paramLabel = "TIME",
            converter = Time.class,
            description = "Uploaded then or later (ISO 8601, UTC).")
    private @Nullable Instant from;

    @Option(
            names = "--uploaded-before",
            paramLabel = "TIME",
            converter = Time.class,
            description = "Uploaded earlier (ISO 8601, UTC).")
    private @Nullable Instant before;

    @Option(names = "--attribute", paramLabel = "NAME=VALUE", description = "An attribute that it must have.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(names = "--label-set", paramLabel = "NAME", description = "Tagged by this label set.")
    private @Nullable String labelSet;

    /// Reads a time, or says how one is written.
    static final class Time implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String given) {
            try {
                return Instant.parse(given);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        "a time in ISO 8601, such as 2026-03-01T12:00:00Z, was expected, found '" + given + "'");
            }
        }
    }

    /// @throws IllegalArgumentException if the probability is none
    MediaFilter filter() {
        return new MediaFilter(all, any, none, minProbability, from, before, attributes, labelSet);
    }
}

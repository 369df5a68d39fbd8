package dev.clipstream.cli.index;

import dev.clipstream.index.MediaFilter;
import dev.clipstream.search.TagNames;
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

/// Options that filter media.
final class FilterOptions {
    @Option(
            names = "--tags",
            split = ",",
            paramLabel = "ID",
            description = "Only media with all of these label ids or aliases.")
    private Set<String> all = new LinkedHashSet<>();

    @Option(
            names = "--any-tags",
            split = ",",
            paramLabel = "ID",
            description = "Only media with at least one of these label ids or aliases.")
    private Set<String> any = new LinkedHashSet<>();

    @Option(
            names = "--no-tags",
            split = ",",
            paramLabel = "ID",
            description = "Only media with none of these label ids or aliases.")
    private Set<String> none = new LinkedHashSet<>();

    @Option(
            names = "--min-probability",
            paramLabel = "P",
            description = "Ignore tags with a lower probability, 0 to 1. Default: ${DEFAULT-VALUE}.")
    private double minProbability;

    @Option(
            names = "--uploaded-from",
            paramLabel = "TIME",
            converter = Time.class,
            description = "Only media uploaded at or after this time (ISO 8601, UTC).")
    private @Nullable Instant from;

    @Option(
            names = "--uploaded-before",
            paramLabel = "TIME",
            converter = Time.class,
            description = "Only media uploaded before this time (ISO 8601, UTC).")
    private @Nullable Instant before;

    @Option(names = "--attribute", paramLabel = "NAME=VALUE", description = "Only media with this attribute.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(
            names = "--label-set",
            paramLabel = "NAME",
            description = "Only media that this label set tagged, alone or with others.")
    private @Nullable String labelSet;

    /// Parses a time.
    static final class Time implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        "expected an ISO 8601 time, such as 2026-03-01T12:00:00Z, found '" + text + "'");
            }
        }
    }

    /// Returns the filter.
    ///
    /// @param names know the aliases of labels
    /// @throws IllegalArgumentException if the probability is out of range
    MediaFilter filter(TagNames names) {
        return names.resolve(new MediaFilter(all, any, none, minProbability, from, before, attributes, labelSet));
    }
}

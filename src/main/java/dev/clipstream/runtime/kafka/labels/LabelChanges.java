package dev.clipstream.runtime.kafka.labels;

import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Contents;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Decision;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides which changes of the topic of label sets are made.
public final class LabelChanges {
    private static final Pattern ENDS_WITH_NUMBER = Pattern.compile("(.*?)(\\d{1,15})");

    private LabelChanges() {}

    /// Thrown when a change is not made.
    public static final class RefusedChangeException extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1L;

        private final Reason reason;
        private final String expected;
        private final String found;
        private final String remedy;

        RefusedChangeException(Reason reason, String expected, String found, String remedy) {
            super("Expected " + expected + ", found " + found + ". " + Character.toUpperCase(remedy.charAt(0))
                    + remedy.substring(1) + ".");
            this.reason = reason;
            this.expected = expected;
            this.found = found;
            this.remedy = remedy;
        }

        public Reason reason() {
            return reason;
        }

        public String expected() {
            return expected;
        }

        public String found() {
            return found;
        }

        public String remedy() {
            return remedy;
        }
    }

    /// Why a change is not made.
    public enum Reason {
        /// The same version has another content.
        SAME_VERSION,
        /// The topic does not take a record of that size.
        TOO_LARGE,
        /// Somebody else has changed the set.
        OTHER_VERSION,
        /// The topic has no set of that name.
        NO_SET
    }

    /// Returns the decision to write a label set; nothing, if the topic has it already.
    ///
    /// @param expectedVersion that the topic has; empty: none. Null: any
    /// @param bump            whether another content with the same version gets the next version
    public static Decision apply(Contents now, LabelSet set, @Nullable String expectedVersion, boolean bump)
            throws RefusedChangeException {
        Optional<LabelSet> before = now.find(set.name());
        if (before.filter(set::equals).isPresent()) {
            return Decision.nothing(set.name());
        }
        require(before, set.name(), expectedVersion);
        if (before.filter(other -> other.version().equals(set.version())).isPresent()) {
            String next = nextVersion(set.version());
            if (!bump) {
                throw new RefusedChangeException(
                        Reason.SAME_VERSION,
                        "a new version, because every change needs one",
                        "version '" + set.version() + "' of '" + set.name() + "' with other content on the topic",
                        "write version: \"" + next + "\" into the label set");
            }
            return Decision.of(set.withVersion(next));
        }
        return Decision.of(set);
    }

    /// Returns the decision to remove a label set.
    ///
    /// @param expectedVersion that the topic has; null: any
    public static Decision delete(Contents now, String name, @Nullable String expectedVersion)
            throws RefusedChangeException {
        if (!now.offsets().containsKey(name)) {
            throw new RefusedChangeException(
                    Reason.NO_SET,
                    "the name of a label set on the topic",
                    "'" + name + "', which it does not have",
                    now.offsets().isEmpty()
                            ? "apply a label set first"
                            : "name one of " + String.join(", ", now.offsets().keySet()));
        }
        require(now.find(name), name, expectedVersion);
        return Decision.delete(name);
    }

    private static void require(Optional<LabelSet> before, String name, @Nullable String expectedVersion)
            throws RefusedChangeException {
        if (expectedVersion == null) {
            return;
        }
        String found = before.map(LabelSet::version).orElse("");
        if (!found.equals(expectedVersion)) {
            throw new RefusedChangeException(
                    Reason.OTHER_VERSION,
                    expectedVersion.isEmpty()
                            ? "no label set '" + name + "' on the topic"
                            : "version '" + expectedVersion + "' of '" + name + "' on the topic",
                    found.isEmpty() ? "none" : "version '" + found + "'",
                    "read the current version, make your change to it and try again");
        }
    }

    /// Returns the version that follows another: the number at its end plus 1, or `-2` appended.
    public static String nextVersion(String version) {
        Matcher number = ENDS_WITH_NUMBER.matcher(version);
        return number.matches() ? number.group(1) + (Long.parseLong(number.group(2)) + 1) : version + "-2";
    }
}

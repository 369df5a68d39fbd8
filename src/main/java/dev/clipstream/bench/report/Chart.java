package dev.clipstream.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A chart of a section: horizontal bars from 0.
sealed interface Chart {
    /// Returns what it shows, with the unit.
    String title();

    /// Bars of one value each.
    ///
    /// @param decimals of the values' labels
    record Bars(String title, int decimals, List<Bar> bars) implements Chart {
        public Bars {
            bars = List.copyOf(bars);
        }
    }

    /// Bars that consist of parts, with a legend.
    ///
    /// @param decimals of the values' labels
    record Stacks(String title, int decimals, List<Stack> stacks) implements Chart {
        public Stacks {
            stacks = List.copyOf(stacks);
        }
    }

    /// A bar.
    ///
    /// @param ours  whether it is Clipstream's own result, which is emphasised
    /// @param least of several rounds; null if there was one
    /// @param most  of several rounds; null if there was one
    /// @param note  after the value; may be empty
    record Bar(
            String label,
            double value,
            boolean ours,
            @Nullable Double least,
            @Nullable Double most,
            String note) {
        static Bar of(String label, double value, boolean ours) {
            return new Bar(label, value, ours, null, null, "");
        }
    }

    /// A bar of parts, in the order of the legend.
    record Stack(String label, List<Part> parts) {
        public Stack {
            parts = List.copyOf(parts);
        }

        double total() {
            return parts.stream().mapToDouble(Part::value).sum();
        }
    }

    /// A part of a bar.
    ///
    /// @param colour from 0 to 7; the same for the same name in all charts of a section
    record Part(String name, double value, int colour) {}
}

package dev.clipstream.train.cli;

import dev.clipstream.train.weakness.Accuracy;
import dev.clipstream.train.weakness.WeaknessMeasurement;
import dev.clipstream.train.weakness.WeaknessResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Prints the results of the suites of weaknesses: a table on standard error, and an object for JSON.
final class WeaknessTable {
    private WeaknessTable() {}

    static void print(List<WeaknessResult> results) {
        say("share of pictures tagged rightly, with its 95 % confidence interval");
        say("");
        say(String.format(
                Locale.ROOT,
                "%-14s %6s %8s  %-20s %-20s %-20s %6s  %s",
                "suite",
                "chance",
                "pictures",
                "one prompt",
                "prompt ensemble",
                WeaknessMeasurement.EXAMPLES + " examples/class",
                "weight",
                "examples"));
        for (WeaknessResult result : results) {
            say(String.format(
                    Locale.ROOT,
                    "%-14s %6.2f %8d  %-20s %-20s %-20s %6.2f  %s",
                    result.suite(),
                    1.0 / result.classes(),
                    result.pictures(),
                    shown(result.zeroShot()),
                    shown(result.ensemble()),
                    shown(result.examples()),
                    result.weight(),
                    result.mended() ? "mend it" : result.helped() ? "help" : "do not help"));
        }
        for (WeaknessResult result : results) {
            Double before = result.asWritten();
            Double after = result.asWrittenWithExamples();
            if (before != null && after != null) {
                say("");
                say(String.format(
                        Locale.ROOT,
                        "%s: tagged as the text says: %.2f with the ensemble, %.2f with examples",
                        result.suite(),
                        before,
                        after));
            }
        }
    }

    static Map<String, @Nullable Object> json(WeaknessResult result) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("suite", result.suite());
        json.put("classes", result.classes());
        json.put("pictures", result.pictures());
        json.put("zeroShot", result.zeroShot());
        json.put("ensemble", result.ensemble());
        json.put("examples", result.examples());
        json.put("worstDraw", result.worstDraw());
        json.put("bestDraw", result.bestDraw());
        json.put("weight", result.weight());
        if (result.asWritten() != null) {
            json.put("asWritten", result.asWritten());
            json.put("asWrittenWithExamples", result.asWrittenWithExamples());
        }
        json.put("helped", result.helped());
        json.put("mended", result.mended());
        return json;
    }

    private static String shown(Accuracy accuracy) {
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", accuracy.share(), accuracy.low(), accuracy.high());
    }

    private static void say(String line) {
        System.err.println(line);
    }
}

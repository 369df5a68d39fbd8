package dev.clipstream.train.cli;

import dev.clipstream.train.evaluate.Confusion;
import dev.clipstream.train.evaluate.Evaluation;
import dev.clipstream.train.evaluate.Retrieval;
import dev.clipstream.train.evaluate.TagPrecision;
import dev.clipstream.train.evaluate.ZeroShotAccuracy;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Prints an evaluation as a table on standard error.
final class EvaluationTable {
    private static final int CONFUSIONS = 15;
    private static final int UNLABELLED = 3;

    private EvaluationTable() {}

    /// Prints the table.
    ///
    /// @param leftOut  number of lines and images that could not be used
    /// @param labelSet whether the user gave the labels, with a threshold
    static void print(Evaluation evaluation, int leftOut, boolean labelSet) {
        say(String.format(
                Locale.ROOT, "%d images (%d left out), %d texts", evaluation.pictures(), leftOut, evaluation.texts()));
        say("");
        say(String.format(Locale.ROOT, "%-36s %8s %8s", "zero-shot", "top-1", "top-5"));
        accuracy("  with prompt templates", evaluation.withTemplates());
        accuracy("  names alone", evaluation.namesAlone());
        if (!evaluation.unlabelled().isEmpty()) {
            say(String.format(
                    Locale.ROOT,
                    "  excluded, because no label has that id or name: %d, such as %s",
                    evaluation.unlabelled().size(),
                    evaluation.unlabelled().stream()
                            .distinct()
                            .limit(UNLABELLED)
                            .map(text -> "\"" + text + "\"")
                            .collect(Collectors.joining(", "))));
        }
        say("");
        say(String.format(Locale.ROOT, "%-36s %8s %8s %8s", "retrieval, recall", "@1", "@5", "@10"));
        recall("  text to image", evaluation.textToImage());
        recall("  image to text", evaluation.imageToText());
        say("");
        say(String.format(
                Locale.ROOT, "contrastive loss (batches of %d) %12.4f", Evaluation.LOSS_BATCH, evaluation.loss()));
        if (labelSet) {
            tags(evaluation.tags());
        }
        ZeroShotAccuracy asked = evaluation.withTemplates();
        if (asked != null && !asked.confusions().isEmpty()) {
            say("");
            say("most frequent confusions");
            for (Confusion confusion :
                    asked.confusions().stream().limit(CONFUSIONS).toList()) {
                say(String.format(
                        Locale.ROOT,
                        "  %6d  %s tagged as %s",
                        confusion.count(),
                        confusion.label(),
                        confusion.taggedAs()));
            }
        }
    }

    private static void accuracy(String name, @Nullable ZeroShotAccuracy found) {
        if (found == null) {
            say(String.format(Locale.ROOT, "%-36s %8s %8s  (give --labels or --classes)", name, "-", "-"));
        } else {
            say(String.format(
                    Locale.ROOT,
                    "%-36s %8.4f %8.4f  of %d images",
                    name,
                    found.top1(),
                    found.top5(),
                    found.pictures()));
        }
    }

    private static void tags(List<TagPrecision> thresholds) {
        if (!thresholds.isEmpty()) {
            say("");
            say(String.format(
                    Locale.ROOT,
                    "%-36s %8s%9s %8s  tags/image",
                    "tags of the label set, at threshold",
                    "",
                    "precision",
                    "recall"));
        }
        for (TagPrecision found : thresholds) {
            say(String.format(
                    Locale.ROOT,
                    "  %-34s %8.4f %8.4f %8.4f  %.2f",
                    found.equals(thresholds.getFirst()) ? "the set's own" : "for more precision",
                    found.threshold(),
                    found.precision(),
                    found.recall(),
                    found.perPicture()));
        }
    }

    private static void recall(String name, Retrieval found) {
        say(String.format(
                Locale.ROOT,
                "%-36s %8.4f %8.4f %8.4f  of %d",
                name,
                found.at1(),
                found.at5(),
                found.at10(),
                found.queries()));
    }

    private static void say(String line) {
        System.err.println(line);
    }
}

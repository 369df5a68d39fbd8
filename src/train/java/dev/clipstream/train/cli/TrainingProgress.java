package dev.clipstream.train.cli;

import dev.clipstream.cli.output.Progress;
import dev.clipstream.train.TrainingFolder;
import dev.clipstream.train.TrainingObserver;
import dev.clipstream.train.evaluate.Retrieval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Reports the progress of a training: in a progress bar on a terminal, otherwise in a line every few seconds, and
/// in the training's log.
final class TrainingProgress implements TrainingObserver, AutoCloseable {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(15);

    private static final int PARTS = 1000;

    private final TrainingFolder folder;
    private final Progress bar = Progress.of("training", PARTS);
    private long lineNanos;
    private double smoothed;
    private String recall = "";
    private Retrieval textToImage = new Retrieval(0, 0, 0, 0);
    private Retrieval imageToText = new Retrieval(0, 0, 0, 0);

    TrainingProgress(TrainingFolder folder) {
        this.folder = folder;
    }

    @Override
    public void stepped(StepReport report) {
        smoothed = smoothed == 0 ? report.loss() : 0.95 * smoothed + 0.05 * report.loss();
        String status = String.format(
                Locale.ROOT,
                "loss %.3f, %.0f pairs/s, %s left%s",
                smoothed,
                report.perSecond(),
                spoken(report.left()),
                recall);
        bar.at(Math.round(PARTS * report.done()), status);
        long now = System.nanoTime();
        if (lineNanos != 0 && now - lineNanos < BETWEEN_LINES.toNanos()) {
            return;
        }
        lineNanos = now;
        if (!bar.seen()) {
            System.err.println("step " + report.step() + ": " + status);
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", report.step());
        line.put("loss", smoothed);
        line.put("pairsPerSecond", report.perSecond());
        line.put("secondsLeft", report.left());
        write(line);
    }

    @Override
    public void measured(long step, Retrieval textToImage, Retrieval imageToText) {
        this.textToImage = textToImage;
        this.imageToText = imageToText;
        recall = String.format(
                Locale.ROOT,
                ", recall@1 %.3f @10 %.3f (text to image), %.3f %.3f (image to text)",
                textToImage.at1(),
                textToImage.at10(),
                imageToText.at1(),
                imageToText.at10());
        if (!bar.seen()) {
            System.err.println("step " + step + recall);
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        line.put("textToImage", textToImage);
        line.put("imageToText", imageToText);
        write(line);
    }

    /// Returns the last measurement; 0 queries if there are no held-out pairs.
    Retrieval textToImage() {
        return textToImage;
    }

    /// Returns the last measurement; 0 queries if there are no held-out pairs.
    Retrieval imageToText() {
        return imageToText;
    }

    private void write(Map<String, Object> line) {
        try {
            folder.log(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        bar.close();
    }

    private static String spoken(double seconds) {
        long whole = Math.round(seconds);
        return whole >= 3600
                ? whole / 3600 + " h " + whole % 3600 / 60 + " min"
                : whole >= 60 ? whole / 60 + " min " + whole % 60 + " s" : whole + " s";
    }
}

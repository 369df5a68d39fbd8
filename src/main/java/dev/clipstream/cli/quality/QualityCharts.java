package dev.clipstream.cli.quality;

import dev.clipstream.tag.evaluation.LabelQuality;
import dev.clipstream.tag.evaluation.PrecisionRecallCurve;
import dev.clipstream.tag.evaluation.Reliability;
import dev.clipstream.tag.evaluation.SetQuality;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Draws the quality of a label set as PNG files.
final class QualityCharts {
    static final String RELIABILITY = "reliability.png";
    static final String PRECISION_RECALL = "precision-recall.png";

    private static final int WIDTH = 900;
    private static final int HEIGHT = 700;
    private static final int MAX_CURVES = 12;
    private static final int MAX_POINTS = 400;

    private QualityCharts() {}

    /// Writes the reliability diagram and the precision-recall curves.
    ///
    /// @param folder created if it does not exist
    /// @return the files
    static List<Path> write(SetQuality quality, String title, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path reliability = folder.resolve(RELIABILITY);
        Path curves = folder.resolve(PRECISION_RECALL);
        Files.write(reliability, ChartEncoder.getBytes(reliability(quality, title), "png"));
        Files.write(curves, ChartEncoder.getBytes(curves(quality, title), "png"));
        return List.of(reliability, curves);
    }

    /// Draws the share of media that show a label above its mean probability, for each tenth of the probabilities.
    private static XYChart reliability(SetQuality quality, String title) {
        XYChart chart = chart(
                String.format(
                        Locale.ROOT,
                        "%s: reliability (ECE %.4f, Brier %.4f, tags off by %.3f)",
                        title,
                        quality.reliability().expectedCalibrationError(),
                        quality.brier(),
                        quality.calibrationErrorOfTags()),
                "probability",
                "share that shows the label");
        XYSeries ideal = chart.addSeries("calibrated", new double[] {0, 1}, new double[] {0, 1});
        ideal.setMarker(SeriesMarkers.NONE);
        ideal.setLineColor(Color.GRAY);
        ideal.setLineStyle(new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 6}, 0));
        List<Reliability.Bin> bins = quality.reliability().bins();
        chart.addSeries(
                        "observed",
                        bins.stream()
                                .mapToDouble(Reliability.Bin::meanProbability)
                                .toArray(),
                        bins.stream().mapToDouble(Reliability.Bin::observed).toArray())
                .setMarker(SeriesMarkers.CIRCLE);
        return chart;
    }

    /// Draws the curves of the labels that most media show.
    private static XYChart curves(SetQuality quality, String title) {
        List<LabelQuality> shown = quality.labels().stream()
                .filter(label -> !label.curve().points().isEmpty())
                .sorted(Comparator.comparingInt(
                        (LabelQuality label) -> -label.counts().shown()))
                .toList();
        XYChart chart = chart(
                title + ": precision and recall"
                        + (shown.size() > MAX_CURVES
                                ? " (the " + MAX_CURVES + " most frequent of " + shown.size() + " labels)"
                                : ""),
                "recall",
                "precision");
        for (LabelQuality label : shown.stream().limit(MAX_CURVES).toList()) {
            List<PrecisionRecallCurve.Point> points = thinned(label.curve().points());
            chart.addSeries(
                            String.format(
                                    Locale.ROOT,
                                    "%s (AP %.2f)",
                                    label.label(),
                                    label.curve().averagePrecision()),
                            points.stream()
                                    .mapToDouble(PrecisionRecallCurve.Point::recall)
                                    .toArray(),
                            points.stream()
                                    .mapToDouble(PrecisionRecallCurve.Point::precision)
                                    .toArray())
                    .setMarker(SeriesMarkers.NONE);
        }
        if (shown.isEmpty()) {
            chart.addSeries("no medium shows a label", new double[] {0}, new double[] {0});
        }
        return chart;
    }

    private static List<PrecisionRecallCurve.Point> thinned(List<PrecisionRecallCurve.Point> points) {
        List<PrecisionRecallCurve.Point> thinned = new ArrayList<>();
        int every = Math.ceilDiv(points.size(), MAX_POINTS);
        for (int i = 0; i < points.size(); i++) {
            if (i % every == 0 || i == points.size() - 1) {
                thinned.add(points.get(i));
            }
        }
        return thinned;
    }

    private static XYChart chart(String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setXAxisMax(1.0);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setYAxisMax(1.0);
        return chart;
    }
}

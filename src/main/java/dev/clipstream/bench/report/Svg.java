package dev.clipstream.bench.report;

import dev.clipstream.bench.report.Chart.Bar;
import dev.clipstream.bench.report.Chart.Bars;
import dev.clipstream.bench.report.Chart.Part;
import dev.clipstream.bench.report.Chart.Stack;
import dev.clipstream.bench.report.Chart.Stacks;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Draws charts as inline SVG. Colours are classes of the page's style sheet, so that they follow light and dark.
final class Svg {
    private static final int WIDTH = 860;
    private static final int LABELS = 300;
    private static final int VALUES = 150;
    private static final int ROW = 30;
    private static final int BAR = 16;

    private Svg() {}

    /// Returns a chart as an HTML figure.
    static String figure(Chart chart) {
        String drawing = switch (chart) {
            case Bars bars -> bars(bars);
            case Stacks stacks -> stacks(stacks);
        };
        return "<figure><figcaption>" + Html.escape(chart.title()) + "</figcaption>" + drawing + "</figure>\n";
    }

    private static String bars(Bars chart) {
        double most = chart.bars().stream()
                .mapToDouble(bar -> bar.most() == null ? bar.value() : bar.most())
                .max()
                .orElse(1);
        StringBuilder svg = begin(chart.title(), chart.bars().size());
        int y = 0;
        for (Bar bar : chart.bars()) {
            double end = x(bar.value(), most);
            label(svg, bar.label(), y, bar.ours());
            svg.append(rect(
                    LABELS,
                    y,
                    end - LABELS,
                    bar.ours() ? "ours" : "other",
                    text(bar.label(), bar.value(), chart.decimals())));
            double after = end;
            if (bar.least() != null && bar.most() != null) {
                after = Math.max(end, x(bar.most(), most));
                svg.append(String.format(
                        Locale.ROOT,
                        "<path class=\"spread\" d=\"M%.1f %dH%.1fM%.1f %dv8M%.1f %dv8\"/>",
                        x(bar.least(), most),
                        y + ROW / 2,
                        after,
                        x(bar.least(), most),
                        y + ROW / 2 - 4,
                        after,
                        y + ROW / 2 - 4));
            }
            value(svg, after, y, number(bar.value(), chart.decimals()), bar.note());
            y += ROW;
        }
        return svg.append("</svg>").toString();
    }

    private static String stacks(Stacks chart) {
        double most = chart.stacks().stream().mapToDouble(Stack::total).max().orElse(1);
        StringBuilder svg = begin(chart.title(), chart.stacks().size());
        int y = 0;
        for (Stack stack : chart.stacks()) {
            label(svg, stack.label(), y, false);
            double done = 0;
            for (Part part : stack.parts()) {
                double from = x(done, most);
                done += part.value();
                svg.append(rect(
                        from,
                        y,
                        Math.max(0.5, x(done, most) - from - 1),
                        "c" + part.colour(),
                        text(part.name(), part.value(), chart.decimals())));
            }
            value(svg, x(done, most), y, number(stack.total(), chart.decimals()), "");
            y += ROW;
        }
        svg.append("</svg><ul class=\"legend\">");
        Set<String> explained = new HashSet<>();
        // the last bar has the most parts, and its values are in the legend
        for (Part part : chart.stacks().getLast().parts()) {
            explained.add(part.name());
            svg.append(legend(part))
                    .append(" <b>")
                    .append(number(part.value(), chart.decimals()))
                    .append("</b></li>");
        }
        chart.stacks().stream()
                .flatMap(stack -> stack.parts().stream())
                .filter(part -> explained.add(part.name()))
                .forEach(part -> svg.append(legend(part)).append("</li>"));
        return svg.append("</ul>").toString();
    }

    private static String legend(Part part) {
        return "<li><i class=\"c" + part.colour() + "\"></i>" + Html.escape(part.name());
    }

    private static StringBuilder begin(String title, int rows) {
        return new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\"><path class=\"axis\" d=\"M%d 0V%d\"/>",
                WIDTH,
                rows * ROW,
                Html.escape(title),
                LABELS,
                rows * ROW));
    }

    private static double x(double value, double most) {
        return LABELS + (most > 0 ? Math.max(0, value) / most : 0) * (WIDTH - LABELS - VALUES);
    }

    private static String rect(double x, int y, double width, String style, String title) {
        return String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"><title>%s</title></rect>",
                style,
                x,
                y + (ROW - BAR) / 2,
                width,
                BAR,
                Html.escape(title));
    }

    private static void label(StringBuilder svg, String label, int y, boolean ours) {
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                ours ? "label ours" : "label",
                LABELS - 10,
                y + ROW / 2 + 5,
                Html.escape(label)));
    }

    private static void value(StringBuilder svg, double x, int y, String value, String note) {
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"value\" x=\"%.1f\" y=\"%d\">%s<tspan class=\"note\" dx=\"8\">%s</tspan></text>",
                x + 8,
                y + ROW / 2 + 5,
                value,
                Html.escape(note)));
    }

    private static String text(String name, double value, int decimals) {
        return name + ": " + number(value, decimals);
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}

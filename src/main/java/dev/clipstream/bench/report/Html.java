package dev.clipstream.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Writes the page. Every text is escaped: names of models and files come from outside.
final class Html {
    private static final String STYLE = "report.css";

    private Html() {}

    /// Returns a text for HTML, in attributes too.
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /// Returns the page.
    ///
    /// @param facts    of the machine, by name
    /// @param sections in their order
    static String page(String title, Map<String, String> facts, List<Section> sections) throws IOException {
        StringBuilder html = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
                + escape(title) + "</title>\n<style>\n" + style() + "</style>\n</head>\n<body>\n<main>\n<header>\n<h1>"
                + escape(title) + "</h1>\n<dl class=\"facts\">");
        facts.forEach((name, value) -> html.append("<div><dt>")
                .append(escape(name))
                .append("</dt><dd>")
                .append(escape(value))
                .append("</dd></div>"));
        html.append("</dl>\n</header>\n");
        sections.forEach(section -> append(html, section));
        return html.append("</main>\n</body>\n</html>\n").toString();
    }

    private static void append(StringBuilder html, Section section) {
        html.append("<section>\n<h2>")
                .append(escape(section.title()))
                .append("</h2>\n<p class=\"about\">")
                .append(escape(section.about()))
                .append("</p>\n<p class=\"command\"><code>")
                .append(escape(section.command()))
                .append("</code></p>\n");
        section.charts().forEach(chart -> html.append(Svg.figure(chart)));
        if (!section.rows().isEmpty()) {
            html.append("<div class=\"scroll\"><table>\n<thead><tr>");
            section.columns()
                    .forEach(
                            column -> html.append("<th>").append(escape(column)).append("</th>"));
            html.append("</tr></thead>\n<tbody>\n");
            section.rows().forEach(row -> {
                html.append("<tr>");
                row.forEach(cell -> html.append("<td>").append(escape(cell)).append("</td>"));
                html.append("</tr>\n");
            });
            html.append("</tbody></table></div>\n");
        }
        if (!section.meanings().isEmpty()) {
            html.append("<h3>What the figures mean</h3>\n<dl class=\"meanings\">");
            section.meanings()
                    .forEach((term, meaning) -> html.append("<dt>")
                            .append(escape(term))
                            .append("</dt><dd>")
                            .append(escape(meaning))
                            .append("</dd>"));
            html.append("</dl>\n");
        }
        html.append("</section>\n");
    }

    private static String style() throws IOException {
        try (InputStream in = Html.class.getResourceAsStream(STYLE)) {
            if (in == null) {
                throw new IOException(
                        "Expected the resource " + STYLE + " in the program, found none. Build the program again.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

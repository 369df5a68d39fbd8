package dev.clipstream.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.bench.Measurements;
import dev.clipstream.bench.neighbours.NeighboursMeasurements;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Backfill;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Beside;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Commits;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.DeadLinks;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Figure;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Latency;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Metadata;
import dev.clipstream.bench.neighbours.NeighboursMeasurements.Target;
import dev.clipstream.bench.peers.PeersMeasurements;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
    private static final PeersMeasurements PEERS = new PeersMeasurements(
            Measurements.Machine.here(),
            "<script>alert('model')</script>",
            "640x480 JPEGs",
            8,
            3,
            List.of(
                    new PeersMeasurements.Row("bare loop", "fp32", "1.32", 10, 9, 12, 1.0, 100, 1L << 30),
                    new PeersMeasurements.Row(
                            "Clipstream: Kafka, vectors, tags", "fp32", "Java 25", 15, 14, 16, 1.5, 80, 1L << 30)),
            List.of(new PeersMeasurements.Absent("infinity", "not installed: pip install infinity-emb")));

    @Test
    void thePageNeedsNoNetworkAndNoScript() throws Exception {
        String html = report(PeersSection.of(PEERS, "clipstream bench peers"));

        assertThat(html)
                .doesNotContain("<script", "<link", "src=", "href=", "@import", "url(", "https:", "http:")
                .contains("&lt;script&gt;alert(&#39;model&#39;)")
                .contains("light-dark(")
                .contains("pip install infinity-emb");
    }

    @Test
    void theLengthsOfBarsAreInProportionToTheirValues() throws Exception {
        // when
        Document page = parsed(Svg.figure(new Chart.Bars(
                "images < all",
                1,
                List.of(
                        Chart.Bar.of("one", 10, false),
                        new Chart.Bar("two", 15, true, 14.0, 20.0, "1.5×"),
                        Chart.Bar.of("none", 0, false)))));

        // then
        List<Double> widths = widths(page);
        assertThat(widths.get(1) / widths.get(0)).isBetween(1.49, 1.51);
        assertThat(widths.get(2)).isZero();
        assertThat(page.getDocumentElement().getTextContent()).contains("images < all", "15.0", "1.5×");
    }

    @Test
    void thePartsOfABarAddUpToItsTotal() throws Exception {
        // when
        Document page = parsed(Svg.figure(new Chart.Stacks(
                "time",
                2,
                List.of(
                        new Chart.Stack("alone", List.of(new Chart.Part("model", 30, 0))),
                        new Chart.Stack(
                                "all", List.of(new Chart.Part("model", 30, 0), new Chart.Part("broker", 10, 1)))))));

        // then
        List<Double> widths = widths(page);
        assertThat(widths.get(0)).isEqualTo(widths.get(1));
        assertThat(widths.get(1) / widths.get(2)).isBetween(2.9, 3.1);
        assertThat(page.getDocumentElement().getTextContent()).contains("40.00");
    }

    @Test
    void everyFigureOfThePipelineIsInItsTable() throws Exception {
        // given
        Measurements.Batches batches = new Measurements.Batches(8, 10, 80, 8, 5, 7.9);
        Measurements found = new Measurements(
                Measurements.Machine.here(),
                new Measurements.Session("clip", "cpu", new TreeMap<>(Map.of(1, 10.0, 8, 14.0)), 8, 2),
                new Measurements.Limited(
                        100,
                        12,
                        14,
                        0.857,
                        List.of(0.84, 0.857, 0.86),
                        batches,
                        Map.of("batch and model", 6.0, "broker", 0.4, "other", 0.01),
                        5.9),
                new Measurements.Unbound(200, 900, batches, Map.of("decode", 0.2), Map.of("decode", 1.5)),
                new Measurements.Latency("no-op", 50, 168, 227),
                new Measurements.Memory(600L << 20, 1200L << 20));

        // when
        String html = report(PipelineSection.of(found, "clipstream bench pipeline"));

        // then
        assertThat(html)
                .contains("12.0/s", "14.0/s", "0.857 (0.840, 0.857, 0.860)", "7.90 of 8", "p50 168 ms, p99 227 ms")
                .contains("1200 MiB = weights 600 + 600", "batch and model", "smaller groups");
    }

    @Test
    void everyFigureOfNeighboursIsInItsTableBesideItsTarget() throws Exception {
        // given
        Latency quiet = new Latency(20, 41, 30, 52);
        Figure met = new Figure(1.1, 1, 1.3, new Target("at most", 1.2, true));
        Figure missed = new Figure(0.8, 0.7, 0.9, new Target("at least", 0.97, false));
        Figure plain = new Figure(2.5, 2.5, 2.5, null);
        Commits commits =
                new Commits(77, new Figure(0.004, 0.003, 0.005, new Target("at most", 0.01, true)), 210, 3900);
        NeighboursMeasurements found = new NeighboursMeasurements(
                Measurements.Machine.here(),
                3.5,
                "clip",
                "no-op",
                3,
                50,
                quiet,
                new Beside(400, new Latency(21, 43, 31, 54), plain, met),
                null,
                new DeadLinks(1000, 100, 612, 490, missed, plain, commits),
                new Backfill(2000, 51, quiet, new Latency(22, 44, 33, 55), plain, plain, plain, met, 157, 108),
                new Metadata(1000, 1501, null));

        // when
        String html = report(NeighboursSection.of(found, "clipstream bench neighbours"));

        // then
        assertThat(html)
                .contains("p50 20 ms, p99 41 ms; to tags p50 30 ms, p99 52 ms", "behind 400 URIs of silent hosts")
                .contains("1.100 (1.000 to 1.300), target at most 1.200: met")
                .contains("0.800 (0.700 to 0.900), target at least 0.970: missed")
                .contains("0.40 % (0.30 % to 0.50 %), target at most 1.00 %: met")
                .contains(
                        "beside a back-fill",
                        "p50 22 ms, p99 44 ms",
                        "quiet, batches of 51 ms",
                        "157 images/s",
                        "108 images/s")
                .contains("612 images/s", "490 sound images/s", "1501 events/s")
                .contains("210 characters on average, at most 3900 (77 commits of a partition)")
                .doesNotContain("large images</td>");
    }

    @Test
    void aBenchmarkThatFailedIsInTheReport() throws Exception {
        assertThat(report(Section.failed("Media index", "clipstream bench index", "no <Redis>")))
                .contains("Not measured: no &lt;Redis&gt;");
    }

    private static String report(Section section) throws Exception {
        return new Report("1.0", Instant.EPOCH, List.of(section)).html();
    }

    private static Document parsed(String figure) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(figure)));
    }

    private static List<Double> widths(Document page) {
        NodeList bars = page.getElementsByTagName("rect");
        return IntStream.range(0, bars.getLength())
                .mapToObj(i -> Double.parseDouble(((Element) bars.item(i)).getAttribute("width")))
                .toList();
    }
}

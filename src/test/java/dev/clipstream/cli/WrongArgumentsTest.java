package dev.clipstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Wrong arguments end a command before it does anything, with one line that shows what is expected.
class WrongArgumentsTest {
    @ParameterizedTest
    @CsvSource({
        "search --text|, 'expected a value, found a blank one'",
        "'search --text| ', found a blank one",
        "search --image|, found a blank one",
        "search --like|, found a blank one",
        "publish --bootstrap-servers localhost:1 --delete|, 'expected media ids, found an empty argument'",
        "publish --bootstrap-servers localhost:1|, found an empty argument",
        "publish --bootstrap-servers foo a.png, HOST:PORT",
        "'consume --bootstrap-servers foo tags', HOST:PORT",
        "'consume --bootstrap-servers localhost:1,:2 tags', found 'localhost:1,:2'",
        "index verify --index x --bootstrap-servers foo, HOST:PORT",
        "run --bootstrap-servers foo, HOST:PORT",
        "consume --bootstrap-servers localhost:1 tags --set security.protocol=FOO, SASL_SSL",
        "search --like a --uploaded-from yesterday, 'expected an ISO 8601 time, such as 2026-03-01T12:00:00Z'",
        "search --like a --uploaded-before 2026-03-01, found '2026-03-01'",
        "search --like a --attribute owner, for option '--attribute'",
        "publish --bootstrap-servers localhost:1 --backfill --topic x a.png, 'expected --backfill or --topic, found both'",
        "publish --bootstrap-servers localhost:1 --key-by foo a.png, '[path, name, sha256]'",
        "search --like a --index-set timeout=abc, 'The setting index.timeout takes a duration'",
        "index list --set index.connections=0, 'The setting index.connections takes at least 1, found 0'",
        "index list --set index.url=http://a, ': index.url: Expected a URL such as redis://localhost:6379'",
        "bench index --set embedding.batch=abc, 'The setting embedding.batch takes a whole number'",
        "bench neighbours --rounds 0, 'Expected at least 1 round'",
        "bench neighbours --scenarios foo, '[silent, links, giants, backfill, metadata]'",
        "embed --decode medium --text a, '[fast, exact]'",
        "tagg a.png, Did you mean tag?",
        "index lst, Did you mean list?",
        "tag --lables cat a.png, Unknown option: '--lables'. Did you mean --labels?",
        "publish --bootstrap-server localhost:1 a.png, Did you mean --bootstrap-servers?",
        "'scenes --out x --suite foo', 'synonyms-en, synonyms-zh, samples'",
        "'scenes --out x --suite foo', '[concepts-100, concepts-all, retrieval'",
        "consume --bootstrap-servers localhost:1 --set max.block.ms=soon tags, 'max.block.ms: Expected a whole number'",
        "publish --bootstrap-servers localhost:1 --set max.request.size=all a.png, 'max.request.size: Expected a whole'",
        "tag --all, expected at least one image"
    })
    void areReportedInOneLine(String arguments, String said) {
        Ran ran = Ran.of(arguments(arguments));

        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.err())
                .hasLineCount(1)
                .contains(said)
                .doesNotContain("java.", "dev.clipstream", "option option", "KafkaAdminClient");
    }

    /// @param line arguments separated by spaces; the last one follows `|` and may be blank
    private static String[] arguments(String line) {
        int bar = line.indexOf('|');
        return bar < 0
                ? line.split(" ", -1)
                : (line.substring(0, bar) + " " + line.substring(bar + 1).replace(' ', '\t')).split(" ", -1);
    }
}

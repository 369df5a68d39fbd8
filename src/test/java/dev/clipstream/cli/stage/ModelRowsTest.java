package dev.clipstream.cli.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.clip.ModelDescription.Decision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelRowsTest {
    @Test
    void factsAreRowsAndTheLastSaysWhatToDo() {
        Map<String, Object> line = OutputLine.of("input", "acme/clip\u001b[2J", "ok", true);
        line.put("decisions", List.of(new Decision("text length", "77", "config.json")));
        line.put("leastCosineToFp32", 0.99871);

        List<String> rows = ModelRows.of(line);

        assertThat(rows)
                .anyMatch(row -> row.matches("text length +77 {2}\\(config.json\\)"))
                .anyMatch(row -> row.matches("leastCosineToFp32 +0.999"))
                .noneMatch(row -> row.contains("\u001b"));
        assertThat(rows.getLast()).startsWith("ready; try ./clipstream tag --model acme/clip");
    }
}

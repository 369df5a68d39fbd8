package dev.clipstream.bench.tune;

import dev.clipstream.bench.Measurements;
import java.util.List;
import java.util.Locale;

/// The result of tuning. The component names are the JSON.
///
/// @param machine  of the run
/// @param model    its name
/// @param chosen   the settings to use: the fastest, or the defaults where nothing is faster in every round
/// @param defaults the settings without tuning
/// @param sure     how sure the choice is, in a sentence
/// @param finals   throughput of the two finalists, in alternation
/// @param tried    what was measured on the way, in its order
public record Tuned(
        Measurements.Machine machine,
        String model,
        Candidate chosen,
        Candidate defaults,
        String sure,
        List<Rate> finals,
        List<Tried> tried) {

    /// Throughput of the pipeline in several rounds, from Kafka input to tags.
    ///
    /// @param least of a round, images per second
    /// @param mean  of all rounds
    /// @param most  of a round
    public record Rate(Candidate candidate, int rounds, double least, double mean, double most) {}

    /// A measurement.
    ///
    /// @param stage           `session` for the bare model, `pipeline` for the whole
    /// @param imagesPerSecond its throughput
    public record Tried(String stage, Candidate candidate, double imagesPerSecond) {}

    /// Returns a file of settings for `run --config`.
    ///
    /// @param path the model as the user named it; empty for the bundled one
    public String yaml(String path) {
        StringBuilder yaml = new StringBuilder();
        yaml.append("# Written by clipstream bench pipeline --tune for ")
                .append(machine.cores())
                .append(" processors and ")
                .append(model)
                .append(".\n# ")
                .append(sure)
                .append('\n');
        for (Rate rate : finals) {
            yaml.append(String.format(
                    Locale.ROOT,
                    "# %s: %.1f images/s (%.1f to %.1f in %d rounds)%n",
                    rate.candidate(),
                    rate.mean(),
                    rate.least(),
                    rate.most(),
                    rate.rounds()));
        }
        yaml.append("clipstream:\n  model:\n");
        if (!path.isEmpty()) {
            yaml.append("    path: '").append(path.replace("'", "''")).append("'\n");
        }
        return yaml.append("    weights: ")
                .append(chosen.weights())
                .append("\n    threads: ")
                .append(chosen.threads())
                .append("\n    batches: ")
                .append(chosen.batches())
                .append("\n  embedding:\n    batch: ")
                .append(chosen.batch())
                .append('\n')
                .toString();
    }
}

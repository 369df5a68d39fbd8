package dev.clipstream.cli.label;

import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.kafka.KafkaProperties;
import dev.clipstream.runtime.kafka.labels.LabelTaggers;
import dev.clipstream.runtime.kafka.labels.RefusedLabelsException;
import dev.clipstream.tag.TextVectorStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The option `--model` of commands that check label sets as instances do.
final class CheckingModel {
    @Option(
            names = "--model",
            paramLabel = ModelOption.MODEL,
            description = "The model of the instances: also check that it reads each prompt to its end and tells the"
                    + " labels apart, as they do. Default: only what needs no model is checked.")
    private @Nullable String model;

    /// Opens the model; empty: none was given.
    Optional<ClipModel> open() throws ModelException {
        return model == null ? Optional.empty() : Optional.of(ModelOption.open(model, "cpu"));
    }

    /// Checks a label set with the model; without one, does nothing.
    ///
    /// @return warnings, for which no instance refuses the set
    /// @throws RefusedLabelsException if instances would refuse the set
    List<String> check(LabelSet set) throws ModelException, RefusedLabelsException {
        if (model == null) {
            return List.of();
        }
        try (ClipModel opened = ModelOption.open(model, "cpu")) {
            TextVectorStore texts = new TextVectorStore(KafkaProperties.textVectors(Map.of()), Clock.systemUTC());
            LabelTaggers taggers = new LabelTaggers(
                    texts.encoder(opened.identity(), opened.textEncoder()), opened.requireScoring(), opened.identity());
            return taggers.create(set, Optional.empty()).warnings();
        }
    }
}

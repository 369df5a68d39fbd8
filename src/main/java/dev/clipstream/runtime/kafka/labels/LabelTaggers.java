package dev.clipstream.runtime.kafka.labels;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.NotAvroException;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetRecords;
import dev.clipstream.tag.PromptLanguages;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/// Makes taggers of label sets, and refuses sets that would tag wrongly with the model. Safe for use by many threads.
///
/// A file on the command line gets warnings instead, because its author reads them. A set on the topic changes the tags
/// of a whole library, and nobody watches.
///
/// @param encoder the text tower of the model
public record LabelTaggers(TextEncoder encoder, Scoring scoring, ModelIdentity model) {

    /// Returns the tagger of a label set. Encodes its new prompts, which may take seconds.
    ///
    /// @param previous a tagger whose vectors may be used again
    /// @throws RefusedLabelsException if the model cannot read the set, or cannot tell its labels apart
    public ZeroShotTagger create(LabelSet set, Optional<ZeroShotTagger> previous) throws RefusedLabelsException {
        Optional<String> language = PromptLanguages.refusal(set, model);
        if (language.isPresent()) {
            throw new RefusedLabelsException(language.get());
        }
        ZeroShotTagger tagger;
        try {
            tagger = previous.map(known -> known.with(set, encoder))
                    .orElseGet(() -> ZeroShotTagger.create(set, encoder, scoring, model));
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            // the towers throw many unchecked types for prompts that they cannot take
            throw new RefusedLabelsException(
                    "Expected prompts that the model " + model.id() + " can encode, found: " + e.getMessage(), e);
        }
        if (!tagger.faults().isEmpty()) {
            throw new RefusedLabelsException(String.join(" ", tagger.faults()));
        }
        return tagger;
    }

    /// Reads a record of the topic.
    ///
    /// @throws RefusedLabelsException if it is not a label set, or has another key than its name
    static LabelSet read(LabelRecord record) throws RefusedLabelsException {
        byte[] value = record.value();
        if (record.key() == null || value == null) {
            throw new RefusedLabelsException(
                    "Expected the name of a label set as the record's key, found a record without a key. Write it again"
                            + " with its name as the key.");
        }
        LabelSet set;
        try {
            set = LabelSetRecords.read(AvroSerde.labels().read(value));
        } catch (NotAvroException e) {
            throw new RefusedLabelsException(String.valueOf(e.getMessage()), e);
        } catch (LabelSetException e) {
            throw new RefusedLabelsException("The label set is not valid: " + e.getMessage(), e);
        }
        if (!set.name().equals(record.key())) {
            throw new RefusedLabelsException("Expected the set's name '" + set.name() + "' as the record's key, found '"
                    + record.key() + "'. Write it again with its name as the key.");
        }
        return set;
    }
}

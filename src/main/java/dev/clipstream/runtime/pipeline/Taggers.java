package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.runtime.kafka.labels.LabelTaggers;
import dev.clipstream.runtime.settings.DefaultLabels;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TaggingSettings;
import dev.clipstream.tag.PromptLanguages;
import dev.clipstream.tag.TextVectorStore;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the label set of the settings and makes taggers of it.
final class Taggers {
    private static final Logger LOG = LoggerFactory.getLogger(Taggers.class);

    private Taggers() {}

    /// Reads the label set that the setting `tagging.labels` names; empty: `none`.
    ///
    /// @param model which the default depends on
    /// @throws StartException if the file is missing or not a valid label set
    static Optional<LabelSet> labels(Settings settings, ClipModel model) throws StartException {
        String file = settings.tagging().labels();
        if (file.equals(TaggingSettings.NO_LABELS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(file.isEmpty() ? DefaultLabels.of(model.identity()) : LabelSetFile.fileOrBundled(file));
        } catch (LabelSetException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /// Returns what makes taggers of a model.
    ///
    /// @param texts knows prompts that were encoded before
    /// @throws ModelException if the model's learned scale is not known
    static LabelTaggers of(ClipModel model, TextVectorStore texts) throws ModelException {
        return new LabelTaggers(
                texts.encoder(model.identity(), model.textEncoder()), model.requireScoring(), model.identity());
    }

    /// Encodes the prompts of the configured label set, which takes up to some seconds. Logs the tagger's warnings.
    ///
    /// @throws StartException if the model cannot read the language of the prompts
    static ZeroShotTagger create(LabelSet labels, LabelTaggers taggers) throws StartException {
        Optional<String> unread = PromptLanguages.refusal(labels, taggers.model());
        if (unread.isPresent()) {
            throw new StartException("tagging.labels, " + labels.name() + ", " + unread.get());
        }
        ZeroShotTagger tagger = ZeroShotTagger.create(labels, taggers.encoder(), taggers.scoring(), taggers.model());
        tagger.warnings().forEach(warning -> LOG.warn("tagging.labels, {}: {}", labels.name(), warning));
        return tagger;
    }
}

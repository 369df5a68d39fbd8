package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.Scoring;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.runtime.settings.DefaultLabels;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.tag.ZeroShotTagger;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the label set of the settings and makes taggers of it.
final class Taggers {
    private static final Logger LOG = LoggerFactory.getLogger(Taggers.class);

    private Taggers() {}

    /// Reads the label set that the setting `tagging.labels` names.
    ///
    /// @param model which the default depends on
    /// @throws StartException if the file is missing or not a valid label set
    static LabelSet labels(Settings settings, ClipModel model) throws StartException {
        String file = settings.tagging().labels();
        try {
            return file.isEmpty() ? DefaultLabels.of(model.identity()) : LabelSetFile.read(Path.of(file));
        } catch (LabelSetException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /// Encodes the prompts of a label set with a model, which takes up to some seconds. Logs the tagger's warnings.
    ///
    /// @throws StartException if the model's learned scale is not known
    static ZeroShotTagger create(LabelSet labels, ClipModel model) throws StartException {
        Scoring scoring;
        try {
            scoring = model.requireScoring();
        } catch (ModelException e) {
            throw new StartException("tagging: " + e.getMessage(), e);
        }
        ZeroShotTagger tagger = ZeroShotTagger.create(labels, model.textEncoder(), scoring, model.identity());
        tagger.warnings().forEach(warning -> LOG.warn("tagging.labels, {}: {}", labels.name(), warning));
        return tagger;
    }
}

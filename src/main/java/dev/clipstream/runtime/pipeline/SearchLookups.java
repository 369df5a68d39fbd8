package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.search.Labelling;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.MediaSearch;
import dev.clipstream.search.QueryPictures;
import dev.clipstream.search.QueryTexts;
import java.util.ArrayList;
import java.util.List;

/// Builds the searches of an instance: with its own model, and with each model of the setting `search.models`.
final class SearchLookups {
    private SearchLookups() {}

    /// @param opened takes the other models and the searches, which are closed before the index
    /// @throws StartException if another model is refused, or given twice
    static LiveLookups open(Instance instance, MediaIndexes indexes, SearchTaggers taggers, Resources opened)
            throws StartException {
        List<Lookups> all = new ArrayList<>();
        all.add(lookups(instance, indexes, instance.model(), taggers, opened));
        for (String path : instance.settings().search().models()) {
            ClipModel other = opened.own(Models.openForQueries(instance.settings(), path));
            if (all.stream().anyMatch(lookups -> lookups.model().equals(other.identity()))) {
                throw new SettingException(
                        "The setting search.models takes models other than the instance's own, each once, found "
                                + other.identity().id() + " again at " + path + ". Remove it");
            }
            all.add(lookups(instance, indexes, other, taggers, opened));
        }
        return new LiveLookups(indexes, all);
    }

    private static Lookups lookups(
            Instance instance, MediaIndexes indexes, ClipModel model, SearchTaggers taggers, Resources opened) {
        QueryPictures pictures = new QueryPictures(
                Models.preprocessor(instance.settings(), model),
                model.preprocessing(),
                model.imageSessions().getFirst(),
                instance.settings().search().maxPixels());
        QueryTexts texts = new QueryTexts(
                model.identity(),
                model.queryEncoder(),
                instance.settings().search().knownTexts(),
                instance.meters());
        MediaSearch search = opened.own(new MediaSearch(model.identity(), indexes, texts, pictures));
        return new Lookups(search, new Labelling(search, model.scoring(), taggers.of(model), taggers.sets()), pictures);
    }
}

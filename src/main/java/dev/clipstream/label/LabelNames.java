package dev.clipstream.label;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.Map;
import java.util.Optional;

/// Finds labels of several label sets by their other names, and names them in a language. Immutable.
public final class LabelNames {
    private final Map<String, Map<String, Label>> sets = new HashMap<>();
    private final Map<String, String> ids = new HashMap<>();

    /// @param sets in the order in which an alias is looked up
    public LabelNames(Collection<LabelSet> sets) {
        for (LabelSet set : sets) {
            Map<String, Label> labels = new HashMap<>();
            set.labels().forEach(label -> labels.put(label.id(), label));
            this.sets.putIfAbsent(set.name(), labels);
            labels.keySet().forEach(id -> ids.put(id, id));
        }
        for (LabelSet set : sets) {
            for (Label label : set.labels()) {
                label.aliases().forEach(alias -> ids.putIfAbsent(alias, label.id()));
            }
        }
    }

    /// Returns the id of the label that a person means: the word itself if it is an id or not known, otherwise the
    /// label with this alias, in the first set that has one.
    public String id(String word) {
        return ids.getOrDefault(word, word);
    }

    /// Returns the name of a label in the first of several languages that it has a name in, as RFC 4647 looks them up:
    /// `zh-CN` finds `zh`. Empty if the set does not have the label any more, or the label no such name.
    ///
    /// @param languages by preference
    public Optional<String> name(String labelSet, String labelId, List<LanguageRange> languages) {
        Label label = sets.getOrDefault(labelSet, Map.of()).get(labelId);
        if (label == null) {
            return Optional.empty();
        }
        String language = Locale.lookupTag(languages, label.names().keySet());
        return language == null ? Optional.empty() : Optional.of(label.name(language));
    }

    /// Reads languages by preference, as `Accept-Language` has them: `zh`, or `zh-TW,zh;q=0.9,en;q=0.8`.
    ///
    /// @throws IllegalArgumentException if it is not a list of language ranges
    public static List<LanguageRange> languages(String text) {
        List<LanguageRange> ranges = new ArrayList<>(LanguageRange.parse(text));
        ranges.removeIf(range -> range.getWeight() == 0);
        return List.copyOf(ranges);
    }
}

package dev.clipstream.search;

import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import dev.clipstream.label.LabelNames;
import dev.clipstream.label.LabelSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale.LanguageRange;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Lets people use other names of labels in filters, and names tags in their language. Immutable.
public final class TagNames {
    private final LabelNames names;

    /// @param sets the label sets that apply, the primary one first
    public TagNames(List<LabelSet> sets) {
        this.names = new LabelNames(sets);
    }

    /// Returns a filter with the ids of the labels that it has by their aliases.
    public MediaFilter resolve(MediaFilter filter) {
        return filter.withTags(ids(filter.allTags()), ids(filter.anyTags()), ids(filter.noTags()));
    }

    private Set<String> ids(Set<String> words) {
        return words.stream().map(names::id).collect(Collectors.toSet());
    }

    /// Returns a medium whose tags have names in a language. A tag whose label is gone, or has no name in any of the
    /// languages, keeps its name: that in the language of its set when the medium was tagged.
    ///
    /// @param languages by preference; empty: all tags keep their names
    public IndexedMedia in(List<LanguageRange> languages, IndexedMedia media) {
        TagSet tags = media.tagSet();
        if (tags == null || languages.isEmpty()) {
            return media;
        }
        List<IndexedTag> named = tags.tags().stream()
                .map(tag -> tag.named(name(languages, tag.labelSet(), tag.labelId(), tag.displayName())))
                .toList();
        return new IndexedMedia(
                media.mediaId(),
                media.source(),
                media.details(),
                new TagSet(tags.labelSet(), tags.version(), named, tags.labelSets()));
    }

    /// Returns the members of an event of `media.tagged`, its tags named in a language.
    ///
    /// @param languages by preference; empty: all tags keep their names
    /// @param event     with the members `tags`, each with `labelId`, `displayName` and `labelSet`; an event without
    ///                  tags is returned as it is
    public Map<String, @Nullable Object> in(List<LanguageRange> languages, Map<String, @Nullable Object> event) {
        if (languages.isEmpty() || !(event.get("tags") instanceof List<?> tags)) {
            return event;
        }
        String primary = String.valueOf(event.get("labelSet"));
        Map<String, @Nullable Object> members = new LinkedHashMap<>(event);
        members.put(
                "tags", tags.stream().map(tag -> named(languages, tag, primary)).toList());
        return members;
    }

    private @Nullable Object named(List<LanguageRange> languages, @Nullable Object tag, String primary) {
        if (!(tag instanceof Map<?, ?> known)) {
            return tag;
        }
        Map<Object, @Nullable Object> members = new LinkedHashMap<>(known);
        Object own = known.get("labelSet");
        members.put(
                "displayName",
                name(
                        languages,
                        own == null || own.equals("") ? primary : String.valueOf(own),
                        String.valueOf(known.get("labelId")),
                        String.valueOf(known.get("displayName"))));
        return members;
    }

    private String name(List<LanguageRange> languages, @Nullable String labelSet, String labelId, String otherwise) {
        return labelSet == null
                ? otherwise
                : names.name(labelSet, labelId, languages).orElse(otherwise);
    }
}

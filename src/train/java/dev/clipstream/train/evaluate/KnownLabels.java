package dev.clipstream.train.evaluate;

import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import java.text.Normalizer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Matches an image's texts to the labels of a set by id or name. Without an exact match, case, spaces, hyphens and
/// underscores are ignored, because a folder named by a label's id, `jack-o-lantern`, is read as "jack o lantern".
final class KnownLabels {
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s\\p{Z}\\p{Pd}_]+");

    private final Map<String, Label> byId = new HashMap<>();
    private final Map<String, String> idByText = new HashMap<>();
    private final Map<String, String> idByWords = new HashMap<>();

    KnownLabels(LabelSet labels) {
        for (Label label : labels.labels()) {
            byId.put(label.id(), label);
            idByText.put(label.id(), label.id());
        }
        forEachName(labels, (name, id) -> idByText.putIfAbsent(name, id));
        labels.labels().forEach(label -> idByWords.putIfAbsent(words(label.id()), label.id()));
        forEachName(labels, (name, id) -> idByWords.putIfAbsent(words(name), id));
    }

    /// Returns the ids of the matching labels in the texts' order.
    List<String> named(List<String> texts) {
        return texts.stream().flatMap(this::named).distinct().toList();
    }

    private Stream<String> named(String text) {
        String id = idByText.get(text);
        return Stream.ofNullable(id == null ? idByWords.get(words(text)) : id);
    }

    private static void forEachName(LabelSet labels, BiConsumer<String, String> heard) {
        for (Label label : labels.labels()) {
            label.names().values().forEach(name -> heard.accept(name, label.id()));
        }
    }

    /// Returns the ids of the matching labels and their parents: a dog is an animal.
    Set<String> withParents(Collection<String> named) {
        Set<String> all = new HashSet<>();
        for (String id : named) {
            for (Label label = byId.get(id); label != null && all.add(label.id()); ) {
                label = label.parent() == null ? null : byId.get(label.parent());
            }
        }
        return all;
    }

    private static String words(String text) {
        return BETWEEN_WORDS
                .matcher(Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT))
                .replaceAll(" ")
                .strip();
    }
}

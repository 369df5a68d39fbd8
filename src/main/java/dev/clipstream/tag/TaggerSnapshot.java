package dev.clipstream.tag;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.label.LabelSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The taggers of all label sets at one moment. Immutable, hence safe for use by many threads.
public final class TaggerSnapshot {
    private final ModelIdentity model;
    private final LabelsPosition position;
    private final List<ZeroShotTagger> taggers;
    private final List<ZeroShotTagger> alerts;
    private final String digest;

    /// @param model    that all taggers are of
    /// @param position how much of the topic of label sets the taggers reflect
    /// @param primary  name of the label set whose tags come first; ignored if no tagger has it
    /// @param taggers  one for each label set, standing queries included, in any order; may be empty
    /// @throws IllegalArgumentException if a tagger is of another model, or two have one name
    public TaggerSnapshot(ModelIdentity model, LabelsPosition position, String primary, List<ZeroShotTagger> taggers) {
        this.model = model;
        this.position = position;
        List<ZeroShotTagger> sorted = taggers.stream()
                .sorted(Comparator.comparing((ZeroShotTagger tagger) ->
                                !tagger.labelSet().name().equals(primary))
                        .thenComparing(tagger -> tagger.labelSet().name()))
                .toList();
        for (int i = 0; i < sorted.size(); i++) {
            ZeroShotTagger tagger = sorted.get(i);
            if (!tagger.model().equals(model)) {
                throw new IllegalArgumentException("Expected taggers of the model " + model.id() + " ("
                        + model.fingerprint() + "), found one of "
                        + tagger.model().id() + " (" + tagger.model().fingerprint()
                        + "). Create the tagger with the model in use.");
            }
            if (i > 0 && name(sorted.get(i - 1)).equals(name(tagger))) {
                throw new IllegalArgumentException("Expected label sets with names of their own, found two named '"
                        + name(tagger) + "'. Rename one.");
            }
        }
        this.taggers = sorted.stream()
                .filter(tagger -> tagger.labelSet().alert() == null)
                .toList();
        this.alerts = sorted.stream()
                .filter(tagger -> tagger.labelSet().alert() != null)
                .toList();
        this.digest = digest(sorted, model);
    }

    /// Creates a snapshot of one tagger that comes from no topic.
    public static TaggerSnapshot of(ZeroShotTagger tagger) {
        return new TaggerSnapshot(
                tagger.model(), LabelsPosition.NONE, tagger.labelSet().name(), List.of(tagger));
    }

    /// Returns the model whose vectors the taggers accept.
    public ModelIdentity model() {
        return model;
    }

    /// Returns how much of the topic of label sets this snapshot reflects.
    public LabelsPosition position() {
        return position;
    }

    /// Returns the SHA-256 over the model and the content of all label sets, 64 lower-case hexadecimal digits.
    /// Snapshots with the same digest tag every image alike.
    public String digest() {
        return digest;
    }

    /// Returns the taggers, the primary one first, then by the names of their label sets. Without standing queries.
    public List<ZeroShotTagger> taggers() {
        return taggers;
    }

    /// Returns the taggers of the standing queries, by name.
    public List<ZeroShotTagger> alerts() {
        return alerts;
    }

    /// Returns the tagger whose tags come first; empty: there is no label set.
    public Optional<ZeroShotTagger> primary() {
        return taggers.stream().findFirst();
    }

    /// Returns the tagger of a label set or standing query.
    public Optional<ZeroShotTagger> find(String labelSet) {
        return taggers.stream()
                .filter(tagger -> name(tagger).equals(labelSet))
                .findFirst()
                .or(() -> alerts.stream()
                        .filter(tagger -> name(tagger).equals(labelSet))
                        .findFirst());
    }

    /// Returns the label sets in the order of [#taggers()].
    public List<LabelSet> labelSets() {
        return taggers.stream().map(ZeroShotTagger::labelSet).toList();
    }

    /// Returns the tags of an image by each label set, in the order of [#taggers()].
    ///
    /// @param image a vector of [#model()]
    /// @throws IllegalArgumentException if the vector does not have the model's dimension
    public List<SetTags> tag(Embedding image) {
        List<SetTags> tags = new ArrayList<>(taggers.size());
        for (ZeroShotTagger tagger : taggers) {
            tags.add(new SetTags(tagger.labelSet(), tagger.tag(image)));
        }
        return tags;
    }

    private static String name(ZeroShotTagger tagger) {
        return tagger.labelSet().name();
    }

    private static String digest(List<ZeroShotTagger> sorted, ModelIdentity model) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(model.fingerprint().getBytes(StandardCharsets.UTF_8));
            for (ZeroShotTagger tagger : sorted) {
                digest.update(tagger.labelSet().digest().getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected a JDK with SHA-256", e);
        }
    }
}

package dev.clipstream.search.http;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.TagSet;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelCalibration;
import dev.clipstream.label.LabelExample;
import dev.clipstream.region.Box;
import dev.clipstream.region.HeatMap;
import dev.clipstream.region.ModelView;
import dev.clipstream.region.Occlusion;
import dev.clipstream.search.TagExplanation;
import dev.clipstream.search.TagExplanation.Near;
import dev.clipstream.tag.ScoredLabel;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Converts the explanation of a tag to a JSON object.
final class WhyJson {
    private final ModelIdentity model;
    private final IndexedMedia media;
    private final TagExplanation why;

    WhyJson(ModelIdentity model, IndexedMedia media, TagExplanation why) {
        this.model = model;
        this.media = media;
        this.why = why;
    }

    /// Returns the explanation with the parts that speak for the label.
    Map<String, @Nullable Object> with(HeatMap map, ModelView view) {
        Map<String, @Nullable Object> members = text();
        Map<String, @Nullable Object> regions = new LinkedHashMap<>();
        regions.put("grid", Occlusion.SIDE);
        regions.put("values", map.values());
        regions.put("seen", box(view.seen()));
        regions.put("box", map.box().map(view::inImage).map(WhyJson::box).orElse(null));
        members.put("regions", regions);
        members.put("regionsMissing", null);
        return members;
    }

    /// Returns the explanation without these parts.
    ///
    /// @param reason why, as a sentence
    Map<String, @Nullable Object> withoutRegions(String reason) {
        Map<String, @Nullable Object> members = text();
        members.put("regions", null);
        members.put("regionsMissing", reason);
        return members;
    }

    private Map<String, @Nullable Object> text() {
        Label label = why.label();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("mediaId", media.mediaId());
        members.put("model", model);
        members.put("label", label.id());
        members.put("name", label.name(why.set().language()));
        members.put("stored", stored(label.id()));
        members.put("current", current());
        members.put("prompts", why.prompts().stream().map(WhyJson::near).toList());
        members.put("others", why.others().stream().map(WhyJson::other).toList());
        members.put("background", why.background().stream().map(WhyJson::near).toList());
        LabelCalibration calibration = why.ofThisModel() ? label.calibration() : null;
        members.put("calibration", calibration == null ? null : calibration(calibration));
        members.put("examples", label.examples().isEmpty() || !why.ofThisModel() ? null : examples(label));
        return members;
    }

    /// Returns what the index has: the tag and the version that decided it; null: the medium is not tagged yet, or by
    /// other label sets only.
    private @Nullable Map<String, @Nullable Object> stored(String labelId) {
        TagSet tags = media.tags().orElse(null);
        String version = tags == null ? null : tags.labelSets().get(why.set().name());
        if (tags == null || version == null) {
            return null;
        }
        TagSet.IndexedTag tag = tags.tags().stream()
                .filter(one -> one.labelId().equals(labelId) && why.set().name().equals(one.labelSet()))
                .findFirst()
                .orElse(null);
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("labelSet", why.set().name());
        members.put("labelSetVersion", version);
        members.put("tagged", tag != null);
        members.put("derivedFrom", tag == null ? null : tag.derivedFrom());
        members.put("probability", tag == null ? null : tag.probability());
        members.put("cosine", tag == null ? null : tag.cosine());
        return members;
    }

    private Map<String, @Nullable Object> current() {
        ScoredLabel tag = why.tag();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("labelSet", why.set().name());
        members.put("labelSetVersion", why.set().version());
        members.put("mode", why.set().mode().name().toLowerCase(Locale.ROOT));
        members.put("tagged", tag != null);
        members.put("derivedFrom", tag == null ? null : tag.derivedFrom());
        members.put("probability", why.score().probability());
        members.put("cosine", why.score().cosine());
        members.put("threshold", why.threshold());
        return members;
    }

    private static Map<String, Object> near(Near near) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("text", near.text());
        members.put("cosine", near.cosine());
        return members;
    }

    private static Map<String, Object> other(ScoredLabel other) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("label", other.labelId());
        members.put("name", other.displayName());
        members.put("probability", other.probability());
        members.put("cosine", other.cosine());
        return members;
    }

    private static Map<String, @Nullable Object> calibration(LabelCalibration calibration) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("slope", calibration.slope());
        members.put("intercept", calibration.intercept());
        members.put("method", calibration.method().name().toLowerCase(Locale.ROOT));
        members.put("media", calibration.media());
        members.put("positives", calibration.positives());
        members.put("target", calibration.target());
        members.put("achieved", calibration.achieved());
        members.put("recall", calibration.recall());
        return members;
    }

    private static Map<String, Object> examples(Label label) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("weight", label.exampleWeight());
        members.put(
                "positive",
                label.examples().stream().filter(LabelExample::positive).count());
        members.put(
                "negative",
                label.examples().stream().filter(example -> !example.positive()).count());
        members.put(
                "sources", label.examples().stream().map(LabelExample::source).toList());
        return members;
    }

    private static Map<String, Object> box(Box box) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("x", box.left());
        members.put("y", box.top());
        members.put("width", box.width());
        members.put("height", box.height());
        return members;
    }
}

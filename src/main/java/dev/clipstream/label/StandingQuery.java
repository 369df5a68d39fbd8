package dev.clipstream.label;

import dev.clipstream.clip.Embedding;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A saved search whose matches are alerts, as people write it. The topic of label sets holds it as a label set of one.
///
/// A text competes with the background prompts of mode MULTI and with the texts of `not`; its probability is the
/// softmax against them, or the label's calibration. A picture has no background to compete with: its probability is a
/// logistic of the cosine that is one half at `minCosine`.
///
/// @param name           not blank; the name of the label set
/// @param language       BCP 47 tag of the texts' language, which the model reads
/// @param text           what the image shows, not blank. Null: `picture` is given
/// @param not            texts that the query competes with; empty with a picture
/// @param picture        null: `text` is given
/// @param minProbability minimum probability of a match, 0 to 1
/// @param filter         which media are considered
public record StandingQuery(
        String name,
        String language,
        @Nullable String text,
        List<String> not,
        @Nullable Picture picture,
        double minProbability,
        AlertFilter filter) {
    /// The minimum probability if nobody gives another one.
    public static final double DEFAULT_PROBABILITY = 0.5;

    /// The version of a new standing query.
    private static final String FIRST_VERSION = "1";

    /// A picture that matches resemble.
    ///
    /// @param source           a file name or a media id, for people
    /// @param vector           of the picture
    /// @param modelFingerprint of the model that made the vector
    /// @param minCosine        cosine with the picture at which the probability is one half, above -1 and below 1
    /// @param slope            of the logistic, above 0: the model's logit scale
    public record Picture(String source, Embedding vector, String modelFingerprint, double minCosine, double slope) {
        /// The minimum cosine if nobody gives another one: pictures of the same thing, by most CLIP models.
        public static final double DEFAULT_COSINE = 0.8;

        /// @throws IllegalArgumentException if the cosine is out of range; the message starts with its name
        public Picture {
            if (!(minCosine > -1 && minCosine < 1)) {
                throw new InvalidLabelException(
                        "minCosine", "expected a number above -1 and below 1, found " + minCosine + ": correct it");
            }
        }
    }

    /// @throws IllegalArgumentException if a component violates the conditions above; the message starts with its name
    public StandingQuery {
        not = List.copyOf(not);
        if ((text == null) == (picture == null)) {
            throw new InvalidLabelException(
                    "text",
                    "expected either a text or a picture, found " + (text == null ? "neither" : "both")
                            + ": give one of them");
        }
        if (text != null) {
            FieldChecks.requireText("text", text);
        }
        if (picture != null && !not.isEmpty()) {
            throw new InvalidLabelException(
                    "not", "expected no texts that a picture competes with, found " + not.size() + ": remove them");
        }
    }

    /// Returns the label set of one, with the first version.
    ///
    /// @throws IllegalArgumentException if a component is invalid in a label set
    public LabelSet labelSet() {
        return new LabelSet(
                name,
                FIRST_VERSION,
                language,
                language,
                LabelSet.Mode.MULTI,
                1,
                minProbability,
                List.of(),
                background(),
                List.of(picture == null ? ofText(String.valueOf(text)) : ofPicture(picture)),
                picture == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "Resembles a picture: its probability is one half at the cosine %s, which was chosen by"
                                        + " hand and not measured.",
                                picture.minCosine()),
                picture == null ? null : picture.modelFingerprint(),
                filter);
    }

    private List<String> background() {
        if (not.isEmpty()) {
            return List.of();
        }
        return Stream.concat(PromptTemplates.background(language).stream(), not.stream())
                .toList();
    }

    private Label ofText(String prompt) {
        return new Label(name, Map.of(language, name), List.of(prompt), null, null);
    }

    private Label ofPicture(Picture like) {
        LabelCalibration chosen = new LabelCalibration(
                like.slope(),
                -like.slope() * like.minCosine(),
                LabelCalibration.Method.UNLABELLED,
                1,
                null,
                null,
                null,
                null,
                null);
        return new Label(
                name,
                Map.of(language, name),
                List.of(),
                null,
                null,
                List.of(),
                chosen,
                List.of(new LabelExample(like.source(), true, like.vector())),
                1);
    }

    /// Returns the standing query that a label set holds.
    ///
    /// @param set with an alert
    /// @throws IllegalArgumentException if it has none
    public static StandingQuery of(LabelSet set) {
        AlertFilter filter = set.alert();
        if (filter == null) {
            throw new InvalidLabelException(
                    "alert",
                    "expected a standing query, found the label set " + FieldChecks.quote(set.name())
                            + ", which has no alert: use it as a label set");
        }
        Label label = set.labels().getFirst();
        double threshold = label.threshold() == null ? set.threshold() : label.threshold();
        LabelCalibration calibration = label.calibration();
        if (label.examples().isEmpty() || calibration == null || label.exampleWeight() < 1) {
            List<String> usual = PromptTemplates.background(set.promptLanguage());
            return new StandingQuery(
                    set.name(),
                    set.promptLanguage(),
                    PromptTemplates.prompts(set, label).getFirst(),
                    set.backgroundPrompts().stream()
                            .filter(text -> !usual.contains(text))
                            .toList(),
                    null,
                    threshold,
                    filter);
        }
        LabelExample example = label.examples().getFirst();
        double half = Math.clamp(-calibration.intercept() / calibration.slope(), -0.999, 0.999);
        return new StandingQuery(
                set.name(),
                set.promptLanguage(),
                null,
                List.of(),
                new Picture(
                        example.source(),
                        example.vector(),
                        String.valueOf(set.modelFingerprint()),
                        half,
                        calibration.slope()),
                threshold,
                filter);
    }
}

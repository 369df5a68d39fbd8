package dev.clipstream.clip.opening;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.ClipstreamFile;
import dev.clipstream.clip.bundle.LearnedScale;
import java.util.List;

/// How a model scores.
///
/// Its scale and bias come from the first source that has them: `clipstream.json`, then what was learned as the graph
/// or the original weights show it, then what models of the family usually learn.
///
/// @param scoring how cosines become probabilities, and where scale and bias come from
/// @param known   whether scale and bias are the model's own or close to them; without, the model cannot tag
record ScoringChoice(Decided<Scoring> scoring, boolean known) {

    /// Decides how a model scores.
    ///
    /// @param family   name of the model's family
    /// @param usual    scoring of the family's models
    /// @param learned  scales that the model shows to have learned, the most reliable source first
    /// @param known    whether the scale of the family's models is known at all
    /// @param warnings gets a line where no source has the learned scale
    static ScoringChoice of(
            ClipstreamFile file,
            String family,
            Scoring usual,
            List<LearnedScale> learned,
            boolean known,
            List<String> warnings)
            throws ModelException {
        Scoring.Kind kind = file.kind().orElse(usual.kind());
        if (file.scale().isPresent()) {
            return new ScoringChoice(new Decided<>(ofFile(file, kind, usual), ClipstreamFile.NAME), true);
        }
        if (!learned.isEmpty()) {
            LearnedScale first = learned.getFirst();
            double bias = file.bias().or(first::bias).orElse(usual.bias());
            return new ScoringChoice(new Decided<>(scoring(kind, first.scale(), bias), first.source()), true);
        }
        warnings.add("No logit_scale in " + ClipstreamFile.NAME + ": "
                + (known
                        ? "scoring with scale " + usual.scale() + " and bias " + usual.bias()
                                + ", which models of the family " + family + " learn; probabilities are approximate"
                        : "the model is of no known family, and cannot tag without its scale"));
        Scoring approximate = scoring(kind, usual.scale(), file.bias().orElse(usual.bias()));
        return new ScoringChoice(new Decided<>(approximate, "the family " + family), known);
    }

    private static Scoring ofFile(ClipstreamFile file, Scoring.Kind kind, Scoring usual) throws ModelException {
        if (kind == Scoring.Kind.SIGMOID && file.bias().isEmpty()) {
            throw new ModelException(
                    "logit_bias beside logit_scale in " + ClipstreamFile.NAME + " of a model that scores by sigmoid",
                    "none",
                    "add the learned bias, about -16 for SigLIP");
        }
        return scoring(kind, file.scale().orElse(usual.scale()), file.bias().orElse(usual.bias()));
    }

    private static Scoring scoring(Scoring.Kind kind, double scale, double bias) throws ModelException {
        try {
            return new Scoring(kind, scale, bias);
        } catch (IllegalArgumentException e) {
            throw new ModelException(
                    "a valid scale and bias in " + ClipstreamFile.NAME,
                    String.valueOf(e.getMessage()),
                    "correct it",
                    e);
        }
    }
}

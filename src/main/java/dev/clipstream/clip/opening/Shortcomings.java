package dev.clipstream.clip.opening;

import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.bundle.OnnxFile;
import dev.clipstream.clip.family.BundleEvidence;
import dev.clipstream.clip.family.ModelFamily;
import dev.clipstream.clip.onnx.OnnxTowers;
import java.util.List;

/// Warns of shortcomings with which a bundle serves all the same.
///
/// @param warnings gets a line for each
record Shortcomings(List<String> warnings) {

    /// Warns where vocabulary and layout alone decided the family.
    void doubt(ModelFamily family, BundleEvidence evidence) {
        if (!family.named(evidence)) {
            family.doubt(evidence)
                    .ifPresent(doubt -> warnings.add("No configuration names a known model: " + doubt
                            + "; copy config.json of the model if it differs"));
        }
    }

    /// Warns where `auto` found no fp32 graphs.
    ///
    /// @param asked  [ModelOptions#AUTO] or one of [ModelOptions#PREFERENCE]
    /// @param chosen one of [ModelOptions#PREFERENCE]
    void otherWeights(String asked, String chosen) {
        if (asked.equals(ModelOptions.AUTO) && !chosen.equals("fp32")) {
            warnings.add("No fp32 graphs: using " + chosen + " weights, whose vectors differ slightly; name"
                    + " them (DIR#" + chosen + ") to avoid this warning");
        }
    }

    /// Warns where 8-bit products may be inexact on this processor.
    void saturation(OnnxFile imageFile, OnnxFile textFile) {
        boolean zeroPoints = imageFile.zeroPoints() && textFile.zeroPoints();
        if (!zeroPoints && OnnxTowers.integerProductsSaturate()) {
            warnings.add("The graph's 8-bit weights have no zero points, and this processor's 8-bit products saturate:"
                    + " vectors may be inexact (clipstream model check measures it if the folder has fp32 weights too). Take"
                    + " fp32 or fp16 weights, or quantize the model with zero points, as ONNX Runtime's quantizer"
                    + " does");
        }
    }

    /// Warns of a graph whose batch is fixed.
    ///
    /// @param batch inputs of a run, -1 if free
    /// @param what  the inputs, in the plural
    void fixedBatch(int batch, String what) {
        if (batch == 1) {
            warnings.add(
                    "The graph takes " + what + " one by one (batch fixed at 1), which uses a fraction of the device;"
                            + " export it with a dynamic batch");
        } else if (batch > 1) {
            warnings.add("The graph takes exactly " + batch + " " + what
                    + " per run: smaller batches are filled up and cost as much; export it with a dynamic batch");
        }
    }
}

package dev.clipstream.region;

import dev.clipstream.clip.Embedding;
import java.util.Arrays;

/// What makes the lead of a label: the cosine of image and label minus the mean cosine of image and other labels. It is
/// a linear function of the image's vector, hence a vector itself. Immutable and equal by value.
public final class Lead {
    private final float[] values;

    private Lead(float[] values) {
        this.values = values;
    }

    /// Creates the lead of a label.
    ///
    /// @param label  the label's vector
    /// @param sum    the sum of the vectors of all labels, this one included
    /// @param labels number of all labels, at least 1; with 1, the lead is the cosine alone
    public static Lead of(Embedding label, double[] sum, int labels) {
        float[] values = label.toArray();
        if (labels > 1) {
            for (int d = 0; d < values.length; d++) {
                values[d] -= (float) ((sum[d] - values[d]) / (labels - 1));
            }
        }
        return new Lead(values);
    }

    /// Returns the lead of the label for an image.
    double forImage(Embedding image) {
        float[] others = image.toArray();
        double lead = 0;
        for (int d = 0; d < values.length; d++) {
            lead += (double) values[d] * others[d];
        }
        return lead;
    }

    /// Returns the values themselves. Read only.
    float[] values() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Lead that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Lead[" + values.length + "]";
    }
}

package dev.clipstream.tag.evaluation;

/// What a label got on the evaluated media, and what it should have got. The three arrays have one element for each
/// medium, and must not be changed.
///
/// @param label         id
/// @param probabilities of the label, 0 to 1
/// @param tagged        whether the label is among the medium's tags
/// @param shows         whether the medium shows the label
@SuppressWarnings("ArrayRecordComponent") // not compared
public record LabelOutcomes(String label, double[] probabilities, boolean[] tagged, boolean[] shows) {

    /// @throws IllegalArgumentException if the arrays differ in length
    public LabelOutcomes {
        if (probabilities.length != tagged.length || probabilities.length != shows.length) {
            throw new IllegalArgumentException("Expected as many probabilities as decisions for '" + label + "', found "
                    + probabilities.length + ", " + tagged.length + " and " + shows.length);
        }
    }
}

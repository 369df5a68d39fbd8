package dev.clipstream.tag;

import dev.clipstream.label.LabelSet;
import java.util.List;

/// The tags of an image by one label set.
///
/// @param set  the label set
/// @param tags best first, as [ZeroShotTagger#tag] returns them
public record SetTags(LabelSet set, List<ScoredLabel> tags) {
    public SetTags {
        tags = List.copyOf(tags);
    }
}

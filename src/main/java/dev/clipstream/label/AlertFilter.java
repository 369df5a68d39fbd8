package dev.clipstream.label;

import java.util.Map;
import java.util.Set;

/// Which media a standing query considers. A medium has to fulfil all conditions.
///
/// @param attributes that the medium has, with these values. Empty: no condition
/// @param allTags    label ids that the medium is tagged with, all of them
/// @param anyTags    label ids of which the medium is tagged with at least one. Empty: no condition
/// @param noTags     label ids that the medium is not tagged with
public record AlertFilter(
        Map<String, String> attributes, Set<String> allTags, Set<String> anyTags, Set<String> noTags) {
    /// A filter that considers all media.
    public static final AlertFilter ALL = new AlertFilter(Map.of(), Set.of(), Set.of(), Set.of());

    /// @throws IllegalArgumentException if the name of an attribute or a label id is blank or has a control character
    public AlertFilter {
        attributes = Map.copyOf(attributes);
        allTags = Set.copyOf(allTags);
        anyTags = Set.copyOf(anyTags);
        noTags = Set.copyOf(noTags);
        attributes.forEach((name, value) -> {
            FieldChecks.requireText("alert.attributes", name);
            FieldChecks.requireUnicode("alert.attributes." + name, value);
        });
        allTags.forEach(tag -> FieldChecks.requireText("alert.allTags", tag));
        anyTags.forEach(tag -> FieldChecks.requireText("alert.anyTags", tag));
        noTags.forEach(tag -> FieldChecks.requireText("alert.noTags", tag));
    }

    /// Returns whether a medium fulfils the conditions.
    ///
    /// @param its  attributes of the medium
    /// @param tags label ids that the medium is tagged with
    public boolean accepts(Map<String, String> its, Set<String> tags) {
        return its.entrySet().containsAll(attributes.entrySet())
                && tags.containsAll(allTags)
                && (anyTags.isEmpty() || anyTags.stream().anyMatch(tags::contains))
                && noTags.stream().noneMatch(tags::contains);
    }
}

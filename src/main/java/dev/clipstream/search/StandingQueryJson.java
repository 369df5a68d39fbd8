package dev.clipstream.search;

import dev.clipstream.label.LabelSet;
import dev.clipstream.label.StandingQuery;
import dev.clipstream.label.StandingQuery.Picture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Standing queries as JSON objects, for the HTTP API and the command line.
public final class StandingQueryJson {
    private StandingQueryJson() {}

    /// Returns the members of a standing query.
    ///
    /// @param set its label set
    public static Map<String, @Nullable Object> of(LabelSet set) {
        StandingQuery query = StandingQuery.of(set);
        Picture picture = query.picture();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", query.name());
        members.put("version", set.version());
        if (picture == null) {
            members.put("text", query.text());
            members.put("not", query.not());
        } else {
            members.put("picture", picture.source());
            members.put("minCosine", picture.minCosine());
        }
        members.put("language", query.language());
        members.put("threshold", query.minProbability());
        members.put("attributes", new TreeMap<>(query.filter().attributes()));
        members.put("allTags", sorted(query.filter().allTags()));
        members.put("anyTags", sorted(query.filter().anyTags()));
        members.put("noTags", sorted(query.filter().noTags()));
        return members;
    }

    private static List<String> sorted(Set<String> ids) {
        return ids.stream().sorted().toList();
    }
}

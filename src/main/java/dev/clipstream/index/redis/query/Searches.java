package dev.clipstream.index.redis.query;

import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.redis.Arguments;
import java.util.List;

/// The arguments of searches in the query engine, in dialect 2.
final class Searches {
    /// Names of what searches compute, as replies have them.
    static final String DISTANCE = "distance";

    static final String COUNT = "media";
    static final String LABEL = "label";

    private static final String DIALECT = "2";

    /// Tags that are counted at least, however few are wanted: their order among equal counts is settled here.
    private static final int MIN_COUNTED = 10_000;

    private Searches() {}

    /// The arguments of `FT.SEARCH` for the media nearest to a vector.
    ///
    /// @param count candidates
    static List<byte[]> nearest(
            String definition, VectorType type, NearestQuery query, int count, QueryEngineSettings settings) {
        FilterQuery filter = FilterQuery.of(query.filter());
        int effort = Math.max(count, query.effort() > 0 ? query.effort() : settings.efRuntime());
        Arguments arguments = new Arguments()
                .add(definition, filter.before("KNN $k @vector $v EF_RUNTIME $ef AS " + DISTANCE))
                .add("RETURN", "2", Definition.MEDIA_ID, DISTANCE)
                .add("SORTBY", DISTANCE, "ASC")
                .add("LIMIT", "0", Integer.toString(count))
                .add("PARAMS", Integer.toString(filter.parameters().size() + 6))
                .add("k", Integer.toString(count), "ef", Integer.toString(effort), "v")
                .add(type.write(query.vector()))
                .addAll(filter.parameters());
        return ended(arguments, settings);
    }

    /// The arguments of `FT.AGGREGATE` for the media that were uploaded last: `FT.SEARCH` sorts by one field only.
    static List<byte[]> newest(
            String definition, MediaFilter filter, int offset, int limit, QueryEngineSettings settings) {
        return listed(definition, filter, "DESC", "ASC", offset, limit, settings);
    }

    /// The arguments of `FT.AGGREGATE` for the media that were uploaded first.
    static List<byte[]> oldest(
            String definition, MediaFilter filter, int offset, int limit, QueryEngineSettings settings) {
        return listed(definition, filter, "ASC", "DESC", offset, limit, settings);
    }

    private static List<byte[]> listed(
            String definition,
            MediaFilter filter,
            String byTime,
            String byId,
            int offset,
            int limit,
            QueryEngineSettings settings) {
        FilterQuery query = FilterQuery.of(filter);
        Arguments arguments = new Arguments()
                .add(definition, query.text())
                .add("LOAD", "2", "@" + Definition.UPLOADED, "@" + Definition.MEDIA_ID)
                .add("SORTBY", "4", "@" + Definition.UPLOADED, byTime, "@" + Definition.MEDIA_ID, byId)
                .add("MAX", Long.toString((long) offset + limit))
                .add("LIMIT", Integer.toString(offset), Integer.toString(limit));
        return ended(withParameters(arguments, query), settings);
    }

    /// The arguments of `FT.SEARCH` for the number of media that a filter keeps.
    static List<byte[]> count(String definition, MediaFilter filter, QueryEngineSettings settings) {
        FilterQuery query = FilterQuery.of(filter);
        Arguments arguments = new Arguments().add(definition, query.text()).add("LIMIT", "0", "0");
        return ended(withParameters(arguments, query), settings);
    }

    /// The arguments of `FT.AGGREGATE` for the number of media that have each tag.
    static List<byte[]> tagCounts(String definition, MediaFilter filter, int limit, QueryEngineSettings settings) {
        FilterQuery query = FilterQuery.of(filter);
        String most = Integer.toString(Math.max(MIN_COUNTED, limit));
        Arguments arguments = new Arguments()
                .add(definition, query.text())
                .add("LOAD", "1", "@" + Definition.LABELS)
                .add("APPLY", "split(@" + Definition.LABELS + ")", "AS", LABEL)
                .add("GROUPBY", "1", "@" + LABEL, "REDUCE", "COUNT", "0", "AS", COUNT)
                .add("SORTBY", "2", "@" + COUNT, "DESC", "MAX", most)
                .add("LIMIT", "0", most);
        return ended(withParameters(arguments, query), settings);
    }

    private static Arguments withParameters(Arguments arguments, FilterQuery query) {
        return query.parameters().isEmpty()
                ? arguments
                : arguments
                        .add("PARAMS", Integer.toString(query.parameters().size()))
                        .addAll(query.parameters());
    }

    /// By default servers end a query after half a second and answer with what they have. A time-out of the client,
    /// which comes first, is better than a wrong count.
    private static List<byte[]> ended(Arguments arguments, QueryEngineSettings settings) {
        long longer = settings.redis().timeout().plusSeconds(1).toMillis();
        return arguments
                .add("TIMEOUT", Long.toString(longer), "DIALECT", DIALECT)
                .toList();
    }
}

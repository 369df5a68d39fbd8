package dev.clipstream.cli.index;

import dev.clipstream.cli.input.CutTexts;
import dev.clipstream.cli.input.ImageFileEmbedder;
import dev.clipstream.cli.option.IndexOption;
import dev.clipstream.cli.option.LanguageOption;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.TextEncodingException;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.search.MediaJson;
import dev.clipstream.search.TagNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Searches the index for the media that are nearest to a text, an image or a stored medium.
@Command(
        name = "search",
        description = "Find the media nearest to a text, an image or a stored medium, best first.",
        footer = {
            "",
            "Exit code 1 if --image cannot be read or --like is not in the index. Cosines of different models are not comparable."
        })
public final class SearchCommand implements Callable<Integer> {
    private static final int MAX_TAGS = 3;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final IndexOption.WithSet option = new IndexOption.WithSet();

    @Mixin
    private final ModelOption model = new ModelOption();

    @Mixin
    private final FilterOptions filter = new FilterOptions();

    @Mixin
    private final LanguageOption language = new LanguageOption();

    @ArgGroup(multiplicity = "1")
    private QueryOptions query = new QueryOptions();

    /// The query: exactly one of these.
    static final class QueryOptions {
        @Option(names = "--text", paramLabel = "T", description = "A description of the image.")
        private @Nullable String text;

        @Option(names = "--image", paramLabel = "PATH", description = "An image to search by.")
        private @Nullable String image;

        @Option(names = "--like", paramLabel = "ID", description = "The id of a stored medium to search by.")
        private @Nullable String like;

        private boolean isBlank() {
            return Stream.of(text, image, like).noneMatch(given -> given != null && !given.isBlank());
        }
    }

    @Option(names = "--k", paramLabel = "N", description = "Maximum number of results. Default: ${DEFAULT-VALUE}.")
    private int limit = 10;

    @Option(names = "--offset", paramLabel = "N", description = "Number of results to skip. Default: ${DEFAULT-VALUE}.")
    private int offset;

    @Option(names = "--min-cosine", paramLabel = "C", description = "Minimum cosine of a result. Default: any.")
    private double minCosine = -1;

    @Option(names = "--json", description = "Print one JSON line per result instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws ModelException, SettingException {
        if (query.isBlank()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--text, --image or --like: expected a value, found a blank one");
        }
        try (MediaIndexes indexes = option.openToRead()) {
            return query.like == null ? byModel(indexes) : like(indexes, query.like);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int byModel(MediaIndexes indexes) throws ModelException {
        try (ClipModel clip = model.open()) {
            ModelIdentity identity = clip.identity();
            MediaIndex index = indexes.find(identity)
                    .orElseThrow(() -> new IndexMissingException("Expected the index " + IndexName.of(identity)
                            + " of this model, found none. Search with the model that made the vectors (see"
                            + " clipstream index list), or run the topology indexing with this model."));
            Embedding vector;
            if (query.text != null) {
                CutTexts.warn(spec, clip.tokenizer(), query.text);
            }
            try {
                vector = query.text == null
                        ? embed(clip, String.valueOf(query.image))
                        : clip.textEncoder().encode(List.of(query.text)).getFirst();
            } catch (IOException | ImageException | TextEncodingException e) {
                return failed(String.valueOf(query.text == null ? query.image : query.text), e);
            }
            print(index.nearest(nearest(vector, offset, limit)));
        }
        return CommandLine.ExitCode.OK;
    }

    private int failed(String input, Exception failure) {
        String reason = Failures.explain(failure);
        spec.commandLine()
                .getErr()
                .println("clipstream search: " + (reason.contains(input) ? reason : input + ": " + reason));
        return Failures.INPUT_FAILED;
    }

    private static Embedding embed(ClipModel clip, String path) throws IOException, ImageException {
        try (ImageFileEmbedder embedder = new ImageFileEmbedder(clip, DecodeMode.EXACT)) {
            return embedder.embed(path).join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case IOException unreadable -> throw unreadable;
                case ImageException invalid -> throw invalid;
                case null, default -> throw e;
            }
        }
    }

    private int like(MediaIndexes indexes, String mediaId) {
        MediaIndex index = indexes.live()
                .orElseThrow(() -> new IndexMissingException(
                        "Expected a live index, found none. Run the topology indexing, which creates it."));
        Embedding vector = index.vector(mediaId).orElse(null);
        if (vector == null) {
            spec.commandLine()
                    .getErr()
                    .println("clipstream search: expected a medium '" + mediaId + "' in the index "
                            + IndexName.of(index.model()) + ", found none");
            return Failures.INPUT_FAILED;
        }
        // the medium itself would be the best hit; it is excluded
        List<MediaHit> hits = index.nearest(nearest(vector, 0, offset + limit + 1));
        print(hits.stream()
                .filter(hit -> !hit.media().mediaId().equals(mediaId))
                .skip(offset)
                .limit(limit)
                .toList());
        return CommandLine.ExitCode.OK;
    }

    private NearestQuery nearest(Embedding vector, int skipped, int count) {
        return new NearestQuery(vector, filter.filter(language.names(List.of())), skipped, count, 0, minCosine);
    }

    private void print(List<MediaHit> found) {
        TagNames names = language.names(List.of());
        List<LanguageRange> languages = language.languages();
        List<MediaHit> hits = found.stream()
                .map(hit -> new MediaHit(names.in(languages, hit.media()), hit.cosine()))
                .toList();
        if (json) {
            JsonLines out = new JsonLines();
            hits.forEach(hit -> out.write(MediaJson.of(hit)));
            return;
        }
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        out.printf(Locale.ROOT, "%7s  %-32s  %s%n", "cosine", "media id", "tags");
        for (MediaHit hit : hits) {
            out.printf(
                    Locale.ROOT, "%7.4f  %-32s  %s%n", hit.cosine(), hit.media().mediaId(), tags(hit.media()));
        }
        if (hits.isEmpty()) {
            spec.commandLine().getErr().println("clipstream search: no results");
        }
    }

    private static String tags(IndexedMedia media) {
        return media.tags()
                .map(tags -> tags.tags().stream()
                        .limit(MAX_TAGS)
                        .map(tag -> String.format(Locale.ROOT, "%s %.2f", tag.displayName(), tag.probability()))
                        .collect(Collectors.joining(" · ")))
                .orElse("(not tagged)");
    }
}

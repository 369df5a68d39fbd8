package dev.clipstream.search.http;

import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.search.Labelling;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.QueryPart.Likeness;
import dev.clipstream.search.QueryPart.Medium;
import dev.clipstream.search.SearchException;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.ZeroShotTagger;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// Pictures against labels and texts of the asker's own: nothing is stored.
@RestController
@RequestMapping(path = "/v1", produces = MediaType.APPLICATION_JSON_VALUE)
public final class LabelController {
    private static final int MOST_LABELS = 256;

    /// Of one question, templates filled: each goes through the text tower.
    private static final int MOST_PROMPTS = 2048;

    private static final int MOST_IMAGES = 32;

    private final Optional<LiveLookups> lookups;
    private final RequestBodies bodies;

    /// @param lookups   empty: this instance has no index
    /// @param mostBytes of a body, at least 1
    public LabelController(Optional<LiveLookups> lookups, int mostBytes) {
        this.lookups = lookups;
        this.bodies = new RequestBodies(mostBytes);
    }

    /// One picture against labels, or against the label set of the stream.
    @PostMapping(path = "/tag", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> tag(HttpServletRequest request) throws IOException {
        JsonFields fields = QueryReader.object(bodies.read(request));
        Likeness picture = picture(fields);
        JsonNode labels = fields.member("labels");
        LabelSet.Mode mode = mode(fields);
        fields.requireAllRead();
        Lookups asked = lookups();
        Labelling with = asked.labelling();
        List<ScoredLabel> tags;
        if (labels == null) {
            if (mode != null) {
                throw fields.wrong("mode", "labels beside it", "mode alone: the stream's own labels have their mode");
            }
            tags = with.served(asked.search().vector(picture));
        } else {
            ZeroShotTagger tagger = with.tagger(labels(fields, labels, mode == null ? LabelSet.Mode.EXCLUSIVE : mode));
            tags = tagger.scoreAll(asked.search().vector(picture));
        }
        return Map.of(
                "model",
                with.model(),
                "tags",
                tags.stream().map(LabelController::json).toList());
    }

    /// Several pictures against several texts: a row for each picture, a column for each text.
    @PostMapping(path = "/score", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> score(HttpServletRequest request) throws IOException {
        JsonFields fields = QueryReader.object(bodies.read(request));
        List<Likeness> pictures = pictures(fields);
        List<String> texts = texts(fields);
        LabelSet.Mode mode = mode(fields);
        fields.requireAllRead();
        Lookups asked = lookups();
        Labelling with = asked.labelling();
        ZeroShotTagger tagger = with.tagger(columns(fields, texts, mode == null ? LabelSet.Mode.EXCLUSIVE : mode));
        List<double[]> cosines = new ArrayList<>();
        List<double[]> probabilities = new ArrayList<>();
        for (Likeness picture : pictures) {
            double[] cosine = new double[texts.size()];
            double[] probability = new double[texts.size()];
            for (ScoredLabel scored : tagger.scoreAll(asked.search().vector(picture))) {
                int column = Integer.parseInt(scored.labelId());
                cosine[column] = scored.cosine();
                probability[column] = scored.probability();
            }
            cosines.add(cosine);
            probabilities.add(probability);
        }
        return Map.of("model", with.model(), "cosines", cosines, "probabilities", probabilities);
    }

    /// As they come: equal ones are columns of their own, which compete.
    private static List<String> texts(JsonFields fields) {
        JsonNode given = fields.member("texts");
        if (given == null || !given.isArray() || given.isEmpty() || given.size() > MOST_LABELS) {
            throw fields.wrong(
                    "texts",
                    "an array of 1 to " + MOST_LABELS + " texts",
                    given == null ? "nothing" : given.isArray() ? "" + given.size() : JsonFields.kind(given));
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode text : given) {
            if (!text.isString()) {
                throw fields.wrong("texts", "an array of texts", JsonFields.kind(text) + " among them");
            }
            texts.add(QueryReader.limited(fields, "texts", text.stringValue()));
        }
        return texts;
    }

    private static LabelSet columns(JsonFields fields, List<String> texts, LabelSet.Mode mode) {
        List<Label> labels = new ArrayList<>();
        try {
            for (int i = 0; i < texts.size(); i++) {
                String place = Integer.toString(i);
                labels.add(new Label(place, Map.of("en", "text " + i), List.of(texts.get(i)), null, null));
            }
        } catch (IllegalArgumentException e) {
            throw fields.wrong("texts", "texts in one line each", String.valueOf(e.getMessage()));
        }
        return set(fields, "texts", labels, mode, "en", List.of());
    }

    private static Map<String, Object> json(ScoredLabel scored) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("label", scored.labelId());
        members.put("name", scored.displayName());
        members.put("probability", scored.probability());
        members.put("cosine", scored.cosine());
        return members;
    }

    private Lookups lookups() {
        return lookups.orElseThrow(SearchException::noIndex).get();
    }

    private static List<Likeness> pictures(JsonFields fields) {
        JsonNode images = fields.member("images");
        if (images == null || !images.isArray() || images.isEmpty() || images.size() > MOST_IMAGES) {
            throw fields.wrong(
                    "images",
                    "an array of 1 to " + MOST_IMAGES + " objects such as {\"mediaId\": \"dog.jpg\"}",
                    images == null ? "nothing" : images.isArray() ? "" + images.size() : JsonFields.kind(images));
        }
        List<Likeness> pictures = new ArrayList<>();
        for (JsonNode image : images) {
            JsonFields part = new JsonFields("images[" + pictures.size() + "]", image);
            pictures.add(picture(part));
            part.requireAllRead();
        }
        return pictures;
    }

    private static Likeness picture(JsonFields fields) {
        String image = fields.text("image");
        String mediaId = fields.text("mediaId");
        if ((image == null) == (mediaId == null)) {
            throw SearchException.badQuery(
                    "either image or mediaId" + (fields.path().isEmpty() ? "" : " in " + fields.path()),
                    image == null ? "neither" : "both",
                    image == null ? "give one" : "leave one out");
        }
        return image == null ? new Medium(String.valueOf(mediaId)) : QueryReader.picture(fields, image);
    }

    private static LabelSet.@Nullable Mode mode(JsonFields fields) {
        String mode = fields.text("mode");
        if (mode == null) {
            return null;
        }
        return switch (mode) {
            case "exclusive" -> LabelSet.Mode.EXCLUSIVE;
            case "multi" -> LabelSet.Mode.MULTI;
            default -> throw fields.wrong("mode", "exclusive or multi", "'" + mode + "'");
        };
    }

    private static LabelSet labels(JsonFields fields, JsonNode given, LabelSet.Mode mode) {
        if (!given.isArray() || given.isEmpty() || given.size() > MOST_LABELS) {
            throw fields.wrong(
                    "labels",
                    "an array of 1 to " + MOST_LABELS + " labels",
                    given.isArray() ? "" + given.size() : JsonFields.kind(given));
        }
        List<String> names = new ArrayList<>();
        List<List<String>> prompts = new ArrayList<>();
        for (JsonNode label : given) {
            if (label.isString()) {
                names.add(QueryReader.limited(fields, "labels", label.stringValue()));
                prompts.add(List.of());
            } else {
                JsonFields part = new JsonFields("labels[" + names.size() + "]", label);
                String id = part.text("id");
                List<String> own = List.copyOf(part.texts("prompts"));
                part.requireAllRead();
                if (id == null) {
                    throw part.wrong("id", "the label", "nothing");
                }
                names.add(QueryReader.limited(part, "id", id));
                prompts.add(own.stream()
                        .map(prompt -> QueryReader.limited(part, "prompts", prompt))
                        .toList());
            }
        }
        try {
            LabelSet named = LabelSetFile.ofNames(names);
            int inAll = prompts.stream()
                    .mapToInt(own -> own.isEmpty() ? named.templates().size() : own.size())
                    .sum();
            if (inAll > MOST_PROMPTS) {
                throw fields.wrong(
                        "labels",
                        "labels of at most " + MOST_PROMPTS + " prompts in all, templates filled",
                        "" + inAll);
            }
            String language = named.language();
            List<Label> labels = named.labels().stream()
                    .map(label ->
                            new Label(label.id(), label.names(), prompts.get(place(names, label.id())), null, null))
                    .toList();
            return set(fields, "labels", labels, mode, language, named.templates());
        } catch (IllegalArgumentException e) {
            throw fields.wrong("labels", "labels with a name each", String.valueOf(e.getMessage()));
        }
    }

    /// The first label of a name; one that comes again counts once.
    private static int place(List<String> names, String id) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).strip().equals(id)) {
                return i;
            }
        }
        throw new IllegalStateException("The label " + id + " was expected among " + names);
    }

    private static LabelSet set(
            JsonFields fields,
            String name,
            List<Label> labels,
            LabelSet.Mode mode,
            String language,
            List<String> templates) {
        try {
            return new LabelSet("request", "1", language, mode, labels.size(), 0, templates, List.of(), labels);
        } catch (IllegalArgumentException e) {
            throw fields.wrong(
                    name,
                    "texts of the " + mode.name().toLowerCase(Locale.ROOT) + " kind",
                    String.valueOf(e.getMessage()));
        }
    }
}

package dev.clipstream.search.http;

import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.search.Labelling;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.QueryPart.Input;
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

/// Scores images against labels or texts of the request. Stores nothing.
@RestController
@RequestMapping(path = "/v1", produces = MediaType.APPLICATION_JSON_VALUE)
public final class LabelController {
    private static final int MAX_LABELS = 256;

    /// The largest number of prompts per request, after the templates are applied. Each one is encoded.
    private static final int MAX_PROMPTS = 2048;

    private static final int MAX_IMAGES = 32;

    private final Optional<LiveLookups> lookups;

    /// @param lookups   empty if this instance has no index
    public LabelController(Optional<LiveLookups> lookups) {
        this.lookups = lookups;
    }

    /// Scores one image against the labels of the request, or else against the label set of the tagging topology.
    @PostMapping(path = "/tag", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> tag(HttpServletRequest request) throws IOException {
        JsonFields fields = QueryReader.object(request.getInputStream().readAllBytes());
        Input image = image(fields);
        JsonNode labels = fields.member("labels");
        LabelSet.Mode mode = mode(fields);
        fields.requireAllRead();
        Lookups live = lookups();
        Labelling with = live.labelling();
        List<ScoredLabel> tags;
        List<String> warnings = List.of();
        if (labels == null) {
            if (mode != null) {
                throw fields.wrong("mode", "no mode without labels", "mode");
            }
            tags = with.served(live.search().vector(image));
        } else {
            ZeroShotTagger tagger = with.tagger(labels(fields, labels, mode == null ? LabelSet.Mode.EXCLUSIVE : mode));
            tags = tagger.scoreAll(live.search().vector(image));
            warnings = tagger.warnings();
        }
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("model", with.model());
        response.put("tags", tags.stream().map(LabelController::json).toList());
        return Warnings.add(response, warnings);
    }

    /// Scores images against texts: one row per image, one column per text.
    @PostMapping(path = "/score", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> score(HttpServletRequest request) throws IOException {
        JsonFields fields = QueryReader.object(request.getInputStream().readAllBytes());
        List<Input> images = images(fields);
        List<String> texts = texts(fields);
        LabelSet.Mode mode = mode(fields);
        fields.requireAllRead();
        Lookups live = lookups();
        Labelling with = live.labelling();
        ZeroShotTagger tagger = with.tagger(columns(fields, texts, mode == null ? LabelSet.Mode.EXCLUSIVE : mode));
        List<double[]> cosines = new ArrayList<>();
        List<double[]> probabilities = new ArrayList<>();
        for (Input image : images) {
            double[] cosine = new double[texts.size()];
            double[] probability = new double[texts.size()];
            for (ScoredLabel scored : tagger.scoreAll(live.search().vector(image))) {
                int column = Integer.parseInt(scored.labelId());
                cosine[column] = scored.cosine();
                probability[column] = scored.probability();
            }
            cosines.add(cosine);
            probabilities.add(probability);
        }
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("model", with.model());
        response.put("cosines", cosines);
        response.put("probabilities", probabilities);
        return Warnings.add(response, tagger.warnings());
    }

    /// Reads the texts in order. Equal texts are separate columns.
    private static List<String> texts(JsonFields fields) {
        JsonNode given = fields.member("texts");
        if (given == null || !given.isArray() || given.isEmpty() || given.size() > MAX_LABELS) {
            throw fields.wrong(
                    "texts",
                    "an array of 1 to " + MAX_LABELS + " texts",
                    given == null
                            ? RequestFields.NOTHING
                            : given.isArray() ? "" + given.size() : JsonFields.kind(given));
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode text : given) {
            if (!text.isString()) {
                throw fields.wrong("texts", "an array of texts", JsonFields.kind(text) + " in it");
            }
            texts.add(QueryReader.limited(fields, "texts", text.stringValue()));
        }
        return texts;
    }

    private static LabelSet columns(JsonFields fields, List<String> texts, LabelSet.Mode mode) {
        List<Label> labels = new ArrayList<>();
        try {
            for (int i = 0; i < texts.size(); i++) {
                String column = Integer.toString(i);
                labels.add(new Label(column, Map.of("en", "text " + i), List.of(texts.get(i)), null, null));
            }
        } catch (IllegalArgumentException e) {
            throw fields.wrong("texts", "texts of one line each", String.valueOf(e.getMessage()));
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

    private static List<Input> images(JsonFields fields) {
        JsonNode elements = fields.member("images");
        if (elements == null || !elements.isArray() || elements.isEmpty() || elements.size() > MAX_IMAGES) {
            throw fields.wrong(
                    "images",
                    "an array of 1 to " + MAX_IMAGES + " objects such as {\"mediaId\": \"dog.jpg\"}",
                    elements == null
                            ? RequestFields.NOTHING
                            : elements.isArray() ? "" + elements.size() : JsonFields.kind(elements));
        }
        List<Input> images = new ArrayList<>();
        for (JsonNode element : elements) {
            JsonFields part = new JsonFields("images[" + images.size() + "]", element);
            images.add(image(part));
            part.requireAllRead();
        }
        return images;
    }

    private static Input image(JsonFields fields) {
        String image = fields.text("image");
        String mediaId = fields.text("mediaId");
        if ((image == null) == (mediaId == null)) {
            throw SearchException.badQuery(
                    "either image or mediaId" + (fields.path().isEmpty() ? "" : " in " + fields.path()),
                    image == null ? "neither" : "both",
                    image == null ? "send one of them" : "leave one out");
        }
        return image == null ? new Medium(String.valueOf(mediaId)) : QueryReader.image(fields, image);
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
        if (!given.isArray() || given.isEmpty() || given.size() > MAX_LABELS) {
            throw fields.wrong(
                    "labels",
                    "an array of 1 to " + MAX_LABELS + " labels",
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
                    throw part.wrong("id", "the label", RequestFields.NOTHING);
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
            if (inAll > MAX_PROMPTS) {
                throw fields.wrong(
                        "labels",
                        "labels with at most " + MAX_PROMPTS + " prompts in total, including templates",
                        "" + inAll);
            }
            String language = named.language();
            List<Label> labels = named.labels().stream()
                    .map(label ->
                            new Label(label.id(), label.names(), prompts.get(indexOf(names, label.id())), null, null))
                    .toList();
            return set(fields, "labels", labels, mode, language, named.templates());
        } catch (IllegalArgumentException e) {
            throw fields.wrong("labels", "labels with valid names", String.valueOf(e.getMessage()));
        }
    }

    /// Returns the first index of a name: repeated names are merged into one label.
    private static int indexOf(List<String> names, String id) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).strip().equals(id)) {
                return i;
            }
        }
        throw new IllegalStateException("Expected the label " + id + " among " + names);
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
                    "valid labels for mode " + mode.name().toLowerCase(Locale.ROOT),
                    String.valueOf(e.getMessage()));
        }
    }
}

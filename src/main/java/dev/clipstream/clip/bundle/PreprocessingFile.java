package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ModelException;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Channels;
import dev.clipstream.image.Preprocessing.Filter;
import dev.clipstream.image.Preprocessing.Fit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Reads how a model's input is made of an image, from Hugging Face's `preprocessor_config.json` or
/// `processor_config.json` in old and new forms, or from OpenCLIP's `preprocess_cfg.json`. A transform that Clipstream
/// cannot reproduce exactly is refused.
public final class PreprocessingFile {
    private static final String CORRECT = "copy the file of the same model again, or correct it";

    private final JsonFile file;
    private final ResizeDefaults defaults;

    private PreprocessingFile(JsonFile file, ResizeDefaults defaults) {
        this.file = file;
        this.defaults = defaults;
    }

    /// Returns the bundle's files that say how images are prepared. Where there are several, they must agree.
    ///
    /// @return those of Hugging Face and of OpenCLIP; without them, what `open_clip_config.json` says; may be empty
    public static List<JsonFile> find(Path root) throws ModelException {
        List<JsonFile> found = new ArrayList<>();
        JsonFile.readIfPresent(root, "preprocessor_config.json").ifPresent(found::add);
        // transformers 5 writes only this one
        JsonFile.readIfPresent(root, "processor_config.json")
                .flatMap(file -> file.nested("image_processor"))
                .ifPresent(found::add);
        JsonFile.readIfPresent(root, "visual/preprocess_cfg.json", "preprocess_cfg.json")
                .ifPresent(found::add);
        if (found.isEmpty()) {
            JsonFile.readIfPresent(root, "open_clip_config.json")
                    .flatMap(file -> file.nested("preprocess_cfg"))
                    .ifPresent(found::add);
        }
        return found;
    }

    /// Reads a file, whose keys tell whether it is Hugging Face's or OpenCLIP's. jina's processor has OpenCLIP's keys.
    ///
    /// @param defaults apply where the file does not say
    public static Preprocessing read(JsonFile file, ResizeDefaults defaults) throws ModelException {
        boolean openClip = file.tree().has("resize_mode")
                || file.tree().has("interpolation")
                || (file.tree().has("mean") && !file.tree().has("image_mean"));
        PreprocessingFile reader = new PreprocessingFile(file, defaults);
        return openClip ? reader.openClip() : reader.huggingFace();
    }

    private Preprocessing huggingFace() throws ModelException {
        if (!file.flag("do_resize", true)) {
            throw file.refuse("true", "do_resize", file.get("do_resize"), "a model of fixed input size needs it");
        }
        if (file.flag("do_pad", false)) {
            throw file.refuse("false", "do_pad", file.get("do_pad"), "take a model that crops or squashes");
        }
        Size size = size("size");
        boolean cropping = file.flag("do_center_crop", defaults.fit() == Fit.CROP);
        Size crop = cropping && !file.get("crop_size").isMissingNode() ? size("crop_size") : size.squared();
        Fit fit = size.shortestEdge() ? Fit.CROP : Fit.SQUASH;
        if (size.shortestEdge() && !cropping) {
            throw file.refuse(
                    "true beside a size.shortest_edge",
                    "do_center_crop",
                    file.get("do_center_crop"),
                    "images would come in many sizes: give size.height and size.width, or crop");
        }
        boolean same = size.shortestEdge()
                ? Math.min(crop.height(), crop.width()) == size.height()
                : crop.height() == size.height() && crop.width() == size.width();
        if (cropping && (!same || (crop.height() != crop.width() && fit == Fit.CROP))) {
            throw file.refuse(
                    "the square that size names (" + size.height() + ")",
                    "crop_size",
                    file.get("crop_size"),
                    "take a model that crops what it resized to");
        }
        Channels mean = channels("image_mean", 0);
        Channels std = channels("image_std", 1);
        if (!file.flag("do_normalize", true)) {
            mean = new Channels(0, 0, 0);
            std = new Channels(1, 1, 1);
        }
        double factor = file.flag("do_rescale", true) ? file.number("rescale_factor", 1 / 255.0) : 1;
        if (!(factor > 0)) {
            throw file.refuse("a factor above 0", "rescale_factor", file.get("rescale_factor"), CORRECT);
        }
        float scale = (float) (factor * 255);
        if (Math.abs(scale - 1) > 1e-4) {
            // v · factor = (v / 255) · scale, so the scale moves into mean and deviation
            mean = new Channels(mean.red() / scale, mean.green() / scale, mean.blue() / scale);
            std = new Channels(std.red() / scale, std.green() / scale, std.blue() / scale);
        }
        return preprocessing(crop, fit, filter(), mean, std);
    }

    private Preprocessing openClip() throws ModelException {
        JsonNode mode = file.get("resize_mode");
        Fit fit = switch (mode.asString("shortest")) {
            case "shortest" -> Fit.CROP;
            case "squash" -> Fit.SQUASH;
            default -> throw file.refuse("shortest or squash", "resize_mode", mode, "take such a model");
        };
        String interpolation = file.text("interpolation", "bicubic");
        Filter filter = switch (interpolation) {
            case "bicubic" -> Filter.BICUBIC;
            case "bilinear" -> Filter.BILINEAR;
            default ->
                throw file.refuse(
                        "bicubic or bilinear", "interpolation", file.get("interpolation"), "take such a model");
        };
        Size size = size("size");
        return preprocessing(size.squared(), fit, filter, channels("mean", 0), channels("std", 1));
    }

    private Preprocessing preprocessing(Size input, Fit fit, Filter filter, Channels mean, Channels std)
            throws ModelException {
        try {
            return new Preprocessing(input.width(), input.height(), fit, filter, defaults.rounding(), mean, std);
        } catch (IllegalArgumentException e) {
            throw new ModelException("a valid transform in " + file.name(), String.valueOf(e.getMessage()), CORRECT, e);
        }
    }

    private Filter filter() throws ModelException {
        JsonNode node = file.get("resample");
        if (node.isMissingNode() || node.isNull()) {
            return Filter.BICUBIC;
        }
        return switch (node.isString() ? node.stringValue() : node.toString()) {
            case "2", "bilinear" -> Filter.BILINEAR;
            case "3", "bicubic" -> Filter.BICUBIC;
            default -> throw file.refuse("2 (bilinear) or 3 (bicubic)", "resample", node, "take such a model");
        };
    }

    /// @param shortestEdge whether it is the shortest side; height and width are then equal
    private record Size(int height, int width, boolean shortestEdge) {
        Size squared() {
            return new Size(height, width, false);
        }
    }

    /// Reads a size that is a number, a pair, `{height, width}` or `{shortest_edge}`.
    private Size size(String key) throws ModelException {
        JsonNode node = file.get(key);
        if (node.isInt()) {
            boolean shortest = key.equals("size") && defaults.fit() == Fit.CROP;
            return checked(key, node.intValue(), node.intValue(), shortest);
        }
        if (node.isArray() && node.size() == 2) {
            return checked(key, node.path(0).asInt(0), node.path(1).asInt(0), false);
        }
        if (node.has("shortest_edge")) {
            int edge = node.path("shortest_edge").asInt(0);
            return checked(key, edge, edge, true);
        }
        return checked(key, node.path("height").asInt(0), node.path("width").asInt(0), false);
    }

    private Size checked(String key, int height, int width, boolean shortest) throws ModelException {
        if (height < 1 || width < 1 || height > 4096 || width > 4096) {
            throw file.refuse(
                    "a size of 1 to 4096 pixels (a number, height and width, or shortest_edge)",
                    key,
                    file.get(key),
                    CORRECT);
        }
        return new Size(height, width, shortest);
    }

    private Channels channels(String key, float absent) throws ModelException {
        JsonNode node = file.get(key);
        if (node.isMissingNode() || node.isNull()) {
            if (file.flag("do_normalize", true)) {
                throw file.refuse("three numbers", key, node, CORRECT);
            }
            return new Channels(absent, absent, absent);
        }
        if (!node.isArray()
                || node.size() != 3
                || !List.of(0, 1, 2).stream().allMatch(i -> node.path(i).isNumber())) {
            throw file.refuse("three numbers", key, node, CORRECT);
        }
        return new Channels(
                node.path(0).floatValue(),
                node.path(1).floatValue(),
                node.path(2).floatValue());
    }
}

package dev.clipstream.clip;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A user's name for a model: a folder, or a repository of a model hub.
///
/// ```
/// DIR[#WEIGHTS]                          models/clip#fp16
/// ORG/NAME[@REVISION][#WEIGHTS]          openai/clip-vit-base-patch32
/// modelscope:ORG/NAME[@REVISION][#WEIGHTS]
/// ```
///
/// A folder that exists comes before a repository of the same name. A name that is no repository's is a folder's.
///
/// @param place    where the model is
/// @param name     the folder, or `ORG/NAME`
/// @param revision branch, tag or commit of a repository; empty for its default branch, and for a folder
/// @param weights  one of [ModelOptions#PREFERENCE]; empty if the options decide
public record ModelReference(Place place, String name, Optional<String> revision, Optional<String> weights) {
    private static final String MODELSCOPE = "modelscope:";
    /// Longest part of a repository's name on Hugging Face.
    private static final int LONGEST_NAME = 96;

    private static final String REVISION = "[\\w][\\w./+-]*";

    private static final Pattern REPOSITORY =
            Pattern.compile("([A-Za-z0-9][\\w.-]*/[\\w][\\w.-]*)(?:@(" + REVISION + "))?");

    /// Where a model is.
    public enum Place {
        /// A folder on this machine.
        FOLDER,
        /// A repository on Hugging Face, or on a mirror of it.
        HUGGING_FACE,
        /// A repository on ModelScope.
        MODELSCOPE
    }

    /// Reads a reference. Only a known name after the last `#` counts as weights, so a folder's name may contain `#`.
    public static ModelReference parse(String text) {
        int mark = text.lastIndexOf('#');
        boolean named = mark > 0 && ModelOptions.PREFERENCE.contains(text.substring(mark + 1));
        String name = named ? text.substring(0, mark) : text;
        Optional<String> weights = named ? Optional.of(text.substring(mark + 1)) : Optional.empty();
        boolean modelScope = name.startsWith(MODELSCOPE);
        Matcher repository = REPOSITORY.matcher(modelScope ? name.substring(MODELSCOPE.length()) : name);
        if ((modelScope || !Files.isDirectory(Path.of(name))) && repository.matches() && isSafe(repository)) {
            return new ModelReference(
                    modelScope ? Place.MODELSCOPE : Place.HUGGING_FACE,
                    repository.group(1),
                    Optional.ofNullable(repository.group(2)),
                    weights);
        }
        return new ModelReference(Place.FOLDER, name, Optional.empty(), weights);
    }

    /// Returns the text after the last `#` of a name that would be a repository's or a folder's without it; empty if
    /// the weights are known, or a folder has this name.
    public Optional<String> unknownWeights() {
        int mark = name.lastIndexOf('#');
        if (place != Place.FOLDER || weights.isPresent() || mark <= 0 || Files.exists(Path.of(name))) {
            return Optional.empty();
        }
        String before = name.substring(0, mark);
        return parse(before).place != Place.FOLDER || Files.isDirectory(Path.of(before))
                ? Optional.of(name.substring(mark + 1))
                : Optional.empty();
    }

    /// Returns the reference to a folder.
    public static ModelReference folder(Path folder) {
        return new ModelReference(Place.FOLDER, folder.toString(), Optional.empty(), Optional.empty());
    }

    /// Hugging Face allows neither `--`, which separates the parts of a cache folder's name, nor `..`.
    private static boolean isSafe(Matcher repository) {
        String name = repository.group(1);
        return !name.contains("--")
                && !name.contains("..")
                && name.length() <= 2 * LONGEST_NAME
                && (repository.group(2) == null || isRevision(repository.group(2)));
    }

    /// Returns whether a text can name a branch, tag or commit, and cannot leave a folder.
    public static boolean isRevision(String text) {
        return text.matches(REVISION) && !text.contains("..") && !text.contains("//") && !text.endsWith("/");
    }

    /// Returns this reference with a revision.
    ///
    /// @param given branch, tag or commit
    /// @throws IllegalArgumentException if it has another one, or is a folder's, or the revision is not valid
    public ModelReference withRevision(String given) {
        ModelReference pinned = parse(place == Place.FOLDER ? name : repository() + "@" + given);
        if (pinned.place == Place.FOLDER || !revision.orElse(given).equals(given)) {
            throw new IllegalArgumentException(
                    "Expected a revision of a repository that names no other one, found " + given + " for " + this);
        }
        return new ModelReference(place, name, pinned.revision, weights);
    }

    private String repository() {
        return (place == Place.MODELSCOPE ? MODELSCOPE : "") + name;
    }

    /// Returns the options with this reference's weights.
    public ModelOptions applyTo(ModelOptions options) {
        return weights.map(options::withWeights).orElse(options);
    }

    /// Returns the reference as a user writes it.
    @Override
    public String toString() {
        return repository()
                + revision.map(value -> "@" + value).orElse("")
                + weights.map(value -> "#" + value).orElse("");
    }
}

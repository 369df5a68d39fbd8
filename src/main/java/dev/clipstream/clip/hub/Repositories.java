package dev.clipstream.clip.hub;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.ModelReference;
import dev.clipstream.clip.ModelReference.Place;
import dev.clipstream.clip.bundle.LearnedScale;
import dev.clipstream.clip.hub.KnownModel.Export;
import dev.clipstream.clip.hub.cache.HubCache;
import dev.clipstream.clip.hub.cache.HuggingFaceCache;
import dev.clipstream.clip.hub.cache.ModelScopeCache;
import dev.clipstream.clip.hub.environment.HubEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Turns a reference into the repositories that it may lead to: the exports that the catalogue knows of a model, then
/// the repository of its own name.
final class Repositories {
    private Repositories() {}

    /// @return the best first; none for a folder
    /// @throws ModelException if the catalogue says that the model cannot be served, or the weights are unknown
    static List<Repository> of(ModelReference reference, HubEnvironment environment) throws ModelException {
        return switch (reference.place()) {
            case HUGGING_FACE -> {
                HubCache cache = new HuggingFaceCache(environment.huggingFaceCache());
                yield huggingFace(reference, cache);
            }
            case MODELSCOPE -> {
                HubCache cache = new ModelScopeCache(environment.modelScopeCache());
                yield List.of(own(reference, List.of(), Optional.empty(), cache));
            }
            case FOLDER -> {
                requireKnownWeights(reference);
                Optional<ModelReference> known = ofCatalogue(reference);
                HubCache cache = new HuggingFaceCache(environment.huggingFaceCache());
                yield known.isEmpty() ? List.of() : huggingFace(known.get(), cache);
            }
        };
    }

    private static void requireKnownWeights(ModelReference reference) throws ModelException {
        Optional<String> unknown = reference.unknownWeights();
        if (unknown.isPresent()) {
            throw new ModelException(
                    "weights " + String.join(", ", ModelOptions.PREFERENCE) + " after # in " + reference.name(),
                    "unknown weights '" + unknown.get() + "'",
                    "name one of these, or leave # out");
        }
    }

    /// Returns the reference to the model of a name without a slash, such as `ViT-B-32__openai@main`; empty if the
    /// catalogue does not know it, or a folder has this name.
    private static Optional<ModelReference> ofCatalogue(ModelReference folder) {
        String[] parts = folder.name().split("@", 2);
        if (parts[0].contains("/") || Files.exists(Path.of(folder.name()))) {
            return Optional.empty();
        }
        Optional<String> revision = parts.length > 1 ? Optional.of(parts[1]) : Optional.empty();
        return revision.filter(text -> !ModelReference.isRevision(text)).isPresent()
                ? Optional.empty()
                : Catalogue.bundled()
                        .find(parts[0])
                        .map(model -> new ModelReference(Place.HUGGING_FACE, model.id(), revision, folder.weights()));
    }

    private static List<Repository> huggingFace(ModelReference reference, HubCache cache) throws ModelException {
        Optional<KnownModel> known = known(reference);
        List<Repository> repositories = new ArrayList<>();
        if (!isProposal(reference)) {
            repositories.addAll(exports(reference, known, cache));
        }
        if (repositories.stream().noneMatch(other -> other.name().equals(reference.name()))) {
            List<String> originals =
                    known.flatMap(KnownModel::original).stream().toList();
            repositories.add(own(reference, originals, known.flatMap(Repositories::published), cache));
        }
        return repositories;
    }

    /// Returns whether a revision is a pull request of the repository that the user names. Anybody can open one at an
    /// export under the same number.
    private static boolean isProposal(ModelReference reference) {
        return reference
                .revision()
                .filter(revision -> revision.startsWith("refs/"))
                .isPresent();
    }

    private static Optional<KnownModel> known(ModelReference reference) throws ModelException {
        Optional<KnownModel> known = Catalogue.bundled().find(reference.name());
        Optional<String> reason = known.flatMap(KnownModel::unsupported);
        if (reason.isPresent()) {
            throw new ModelException(
                    "a model that Clipstream serves",
                    reference.name() + ": " + reason.get(),
                    "take another one (`clipstream model list`)");
        }
        return known;
    }

    private static Repository own(
            ModelReference reference, List<String> originals, Optional<LearnedScale> published, HubCache cache) {
        return new Repository(reference, reference.name(), "", reference.name(), originals, published, cache);
    }

    /// Returns the export that is asked for before the others.
    private static List<Repository> exports(ModelReference reference, Optional<KnownModel> known, HubCache cache) {
        List<Repository> repositories = new ArrayList<>();
        if (known.isPresent()) {
            KnownModel model = known.get();
            List<Export> exports =
                    new ArrayList<>(model.export(reference.name()).stream().toList());
            model.exports().stream().filter(other -> !exports.contains(other)).forEach(exports::add);
            for (Export export : exports) {
                repositories.add(new Repository(
                        reference,
                        export.repository(),
                        export.folder().map(folder -> folder + "/").orElse(""),
                        reference.name(),
                        model.original().stream().toList(),
                        published(model),
                        cache));
            }
        }
        return repositories;
    }

    private static Optional<LearnedScale> published(KnownModel model) {
        return model.logitScale().map(scale -> new LearnedScale(scale, model.logitBias(), "the catalogue"));
    }
}

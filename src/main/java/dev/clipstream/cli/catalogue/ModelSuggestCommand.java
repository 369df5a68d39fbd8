package dev.clipstream.cli.catalogue;

import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.LineWriter;
import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.clip.hub.Catalogue;
import dev.clipstream.clip.hub.KnownModel;
import dev.clipstream.clip.hub.ModelSuggestion;
import dev.clipstream.clip.hub.ModelWish;
import dev.clipstream.clip.hub.Size;
import dev.clipstream.clip.hub.Speed;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Prints the models of the catalogue that suit a purpose.
@Command(
        name = "suggest",
        description = {
            "Suggest models for a language and a device: the best, then others that are each at least twice as fast.",
            "The order follows published figures: for English the zero-shot top-1 on ImageNet, for other languages the"
                    + " recall of image retrieval. Figures of different data sets compare only roughly: measure with"
                    + " evaluate, or look at your own images in the demo. Models without such a figure or without a known"
                    + " ONNX export are in model list alone."
        })
public final class ModelSuggestCommand implements Callable<Integer> {
    /// The layout of immich's exporter, whose graphs take one image at a time.
    private static final String BATCH_OF_ONE = "immich";

    enum Device {
        CPU(Speed.MEDIUM),
        GPU(Speed.VERY_SLOW);

        private final Speed slowest;

        Device(Speed slowest) {
            this.slowest = slowest;
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private final CatalogueOptions options = new CatalogueOptions();

    @Option(
            names = "--device",
            paramLabel = "cpu|gpu",
            defaultValue = "cpu",
            description = "A cpu runs models up to speed medium unless --speed says otherwise, a gpu runs all. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Device device = Device.CPU;

    @Option(
            names = "--speed",
            paramLabel = "fast|medium|slow|very-slow",
            description = "The slowest models to suggest, as model list names their speed.")
    private @Nullable Speed speed;

    @Option(
            names = "--memory",
            paramLabel = "MEGABYTES",
            description = "The most memory for weights; smaller weights are chosen where the first do not fit.")
    private @Nullable Integer memory;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        String language = options.language().orElse("en");
        Speed slowest = speed == null ? device.slowest : speed;
        List<ModelSuggestion> suggestions = new ModelWish(
                        language, slowest, Optional.ofNullable(memory), options.commercial())
                .suggest(Catalogue.bundled());
        if (suggestions.isEmpty()) {
            requireKnown(language);
            spec.commandLine()
                    .getErr()
                    .println("clipstream model suggest: Expected a model for " + language + " of speed " + slowest
                            + " or faster within the other limits, found none with a published figure and a known export."
                            + " Allow slower models (--speed very-slow), or look through model list --language "
                            + language + ".");
            return Failures.INPUT_FAILED;
        }
        LineWriter writer =
                output.writer("The best first; each further one is at least twice as fast.", ModelSuggestCommand::rows);
        for (int rank = 1; rank <= suggestions.size(); rank++) {
            if (!writer.write(line(rank, suggestions, language))) {
                break;
            }
        }
        return CommandLine.ExitCode.OK;
    }

    /// @throws CommandLine.ParameterException if no model has a figure for the language, however slow
    private void requireKnown(String language) {
        List<KnownModel> models = Catalogue.bundled().models();
        if (models.stream().noneMatch(model -> model.quality(language).isPresent())) {
            Set<String> known = new TreeSet<>(Set.of("en"));
            models.forEach(model -> known.addAll(model.recall().keySet()));
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--language: expected a language that a model has a published figure for ("
                            + String.join(", ", known) + "), found '" + language + "'");
        }
    }

    private Map<String, Object> line(int rank, List<ModelSuggestion> suggestions, String language) {
        ModelSuggestion suggestion = suggestions.get(rank - 1);
        KnownModel model = suggestion.model();
        Map<String, Object> line = OutputLine.of("rank", rank, "model", suggestion.reference());
        line.put("title", model.title());
        line.put("reason", reason(suggestion, suggestions.getFirst(), language));
        line.put("command", "./clipstream demo --model " + suggestion.reference());
        line.put("repository", suggestion.export().repository());
        line.put("weights", suggestion.weights());
        line.put("megabytes", suggestion.size().map(Size::megabytes).orElse(null));
        line.put("quality", suggestion.quality());
        line.put("imageGflop", model.imageGflop().orElse(null));
        line.put("licence", model.licence());
        return line;
    }

    private static List<String> rows(Map<String, ?> line) {
        return List.of(
                "",
                line.get("rank") + ". " + line.get("model") + " (" + line.get("title") + ")",
                "   " + line.get("reason"),
                "   " + line.get("command"));
    }

    private static boolean sameSource(ModelSuggestion one, ModelSuggestion other, String language) {
        return language.equals("en")
                || one.model().recallSource().equals(other.model().recallSource());
    }

    private String reason(ModelSuggestion suggestion, ModelSuggestion best, String language) {
        KnownModel model = suggestion.model();
        StringBuilder reason = new StringBuilder();
        if (!suggestion.equals(best)) {
            reason.append(
                    String.format(Locale.ROOT, "%.1f times as fast as the first. ", gflop(best) / gflop(suggestion)));
        }
        reason.append(
                language.equals("en")
                        ? String.format(Locale.ROOT, "ImageNet %.1f %%", suggestion.quality())
                        : String.format(
                                Locale.ROOT,
                                "Retrieval in %s %.1f %% (%s)",
                                language,
                                suggestion.quality(),
                                model.recallSource().orElse("")));
        reason.append(
                String.format(Locale.ROOT, "; costs %.1f times as much as ViT-B/32", Speed.times(gflop(suggestion))));
        suggestion.size().ifPresent(size -> reason.append("; ").append(size));
        reason.append("; ").append(model.licence()).append('.');
        if (!model.commercial()) {
            reason.append(" Not plainly for commercial use; --commercial leaves such models out.");
        }
        if (!suggestion.equals(best) && !sameSource(suggestion, best, language)) {
            reason.append(" The figure is of another data set than the first one's: compare them only roughly.");
        }
        if (device == Device.GPU && suggestion.export().layout().equals(BATCH_OF_ONE)) {
            reason.append(" This export takes one image at a time, which wastes a GPU: export it yourself.");
        }
        return reason.toString();
    }

    private static double gflop(ModelSuggestion suggestion) {
        return suggestion.model().imageGflop().orElse(Double.NaN);
    }
}

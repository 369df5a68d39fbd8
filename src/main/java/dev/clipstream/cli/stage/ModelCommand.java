package dev.clipstream.cli.stage;

import dev.clipstream.cli.catalogue.ModelListCommand;
import dev.clipstream.cli.catalogue.ModelSuggestCommand;
import dev.clipstream.cli.option.ModelOption;
import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.LineWriter;
import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.cli.output.Progress;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.clip.opening.QuantizationCheck;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Finds models by name and looks at model bundles.
@Command(
        name = "model",
        description = "Find a model; look at a model bundle.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelListCommand.class,
            ModelSuggestCommand.class,
            ModelPullCommand.class,
            ModelCompareCommand.class
        })
public final class ModelCommand {
    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Command(
            name = "show",
            description = "Print what the bundle is: files, inputs, outputs, preprocessing, scoring (JSON).")
    int show(
            @Parameters(paramLabel = ModelOption.MODEL, description = "The model.") String bundle,
            @Option(
                            names = "--devices",
                            paramLabel = ModelOption.DEVICES,
                            defaultValue = "cpu",
                            description = "Default: ${DEFAULT-VALUE}.")
                    String devices)
            throws ModelException {
        try (ClipModel model = ModelOption.open(bundle, devices)) {
            System.out.println(PRETTY.writeValueAsString(model.describe()));
        }
        return CommandLine.ExitCode.OK;
    }

    @Command(
            name = "check",
            description =
                    "Check that the bundle can serve: files, shapes, self-test; for 8-bit weights, measure how close"
                            + " their vectors are to others'. Exit code 1 and the reason if it cannot.")
    int check(
            @Parameters(paramLabel = ModelOption.MODEL, description = "The model.") String bundle,
            @Option(
                            names = "--devices",
                            paramLabel = ModelOption.DEVICES,
                            defaultValue = "cpu",
                            description = "Default: ${DEFAULT-VALUE}.")
                    String devices,
            @Mixin OutputOption output) {
        LineWriter out = output.writer("Checked:", ModelRows::of);
        ModelOptions options = ModelOption.options(bundle, devices);
        try {
            out.write(check(bundle, ModelOption.locate(bundle, options), options));
            return CommandLine.ExitCode.OK;
        } catch (ModelException e) {
            out.write(OutputLine.error(bundle, e));
            return Failures.INPUT_FAILED;
        }
    }

    private static Map<String, Object> check(String name, LocalBundle bundle, ModelOptions options)
            throws ModelException {
        try (Progress _ = Progress.waiting("checking the model");
                ClipModel model = ModelOpening.open(bundle, options)) {
            Map<String, Object> line = OutputLine.of("input", name, "ok", true);
            line.put("decisions", model.describe().decisions());
            line.put("preprocessing", model.preprocessing());
            line.put("scoring", model.scoring());
            line.put("scoringSource", model.describe().scoringSource());
            line.put("weightsChoice", model.describe().weightsChoice());
            QuantizationCheck.measure(model, bundle, options).ifPresent(check -> {
                check.leastCosineToDefaultKernels()
                        .ifPresent(cosine -> line.put("leastCosineToDefaultKernels", cosine));
                check.leastCosineToFp32().ifPresent(cosine -> line.put("leastCosineToFp32", cosine));
            });
            return line;
        }
    }
}

package dev.clipstream.cli.option;

import dev.clipstream.cli.output.PullProgress;
import dev.clipstream.runtime.pipeline.Models;
import dev.clipstream.runtime.settings.SettingNames;
import dev.clipstream.runtime.settings.StartException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The options that `run`, `demo` and `bench` share: a model, labels, and any setting.
public final class ServiceOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = ModelOption.MODEL,
            description = "The model: a folder, or ORG/NAME[@REVISION] on Hugging Face, which is pulled if it is not in"
                    + " the cache. Default: the bundled model.")
    private @Nullable String model;

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description = "A label set file. Default: about 200 everyday labels.")
    private @Nullable Path labels;

    @Option(
            names = "--set",
            paramLabel = "PROPERTY=VALUE",
            description =
                    "Any setting (see clipstream settings), such as embedding.batch=64; any Kafka property, with or"
                            + " without the prefix kafka., such as security.protocol=SASL_SSL; server.port and other Spring"
                            + " Boot properties.")
    private Map<String, String> properties = new LinkedHashMap<>();

    /// Returns the settings by full property names; `--set` takes precedence over the other options.
    ///
    /// @throws CommandLine.ParameterException if a property is unknown
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        if (model != null) {
            settings.put("clipstream.model.path", model);
        }
        if (labels != null) {
            settings.put("clipstream.tagging.labels", labels.toString());
        }
        properties.forEach((name, value) -> settings.put(fullName(name), value));
        return settings;
    }

    /// Pulls the model that the options name if it is missing, with a progress bar; a service only logs it.
    ///
    /// @throws StartException if it is not to be had
    public void pullModel() throws StartException {
        try (PullProgress progress = new PullProgress()) {
            Models.pull(settings(), progress);
        }
    }

    private String fullName(String name) {
        try {
            return SettingNames.fullName(name);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Invalid value for option '--set': " + e.getMessage());
        }
    }
}

package dev.clipstream.cli.stage;

import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.cli.output.PullProgress;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.ModelReference;
import dev.clipstream.clip.bundle.LocalBundle;
import dev.clipstream.clip.hub.ModelHub;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Pulls a model from a hub into the cache, or updates it.
@Command(
        name = "pull",
        description = {
            "Pull a model from a hub into the cache of the hub's Python client: its graphs in one kind of weights, and"
                    + " what belongs to them. A pull that was cut goes on where it ended. Files that are there are"
                    + " checked, and a branch is followed to its newest commit.",
            "docs/models.md explains caches, mirrors, tokens and machines without a network."
        })
public final class ModelPullCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "ID[@REVISION][#WEIGHTS]",
            description = "ORG/NAME on Hugging Face, or modelscope:ORG/NAME. Default of REVISION: the main branch.")
    private String model = "";

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws ModelException {
        ModelReference reference = ModelReference.parse(model);
        String weights = reference.applyTo(ModelOptions.DEFAULT).weights();
        LocalBundle bundle;
        try (PullProgress progress = new PullProgress()) {
            bundle = ModelHub.ofProcess().pull(reference, weights, progress);
        }
        Map<String, Object> line = OutputLine.of("input", model, "ok", true);
        bundle.commit().ifPresent(commit -> line.put("commit", commit));
        line.put("folder", bundle.folder().toString());
        bundle.scale().ifPresent(scale -> line.put("logitScaleFrom", scale.source()));
        output.writer("In the cache:", ModelRows::of).write(line);
        return CommandLine.ExitCode.OK;
    }
}

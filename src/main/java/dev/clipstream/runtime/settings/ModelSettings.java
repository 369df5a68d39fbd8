package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import org.springframework.boot.context.properties.bind.DefaultValue;

/// The model.
public record ModelSettings(
        @Description("The model bundle: DIR (fp32 weights, else the best there are) or DIR#WEIGHTS such as"
                + " models/clip#fp16. Empty: the bundled model.")
        @DefaultValue("")
        String path,

        @Description("Where it runs: auto, cpu, cuda:0,1 or tensorrt.") @DefaultValue("auto")
        String devices,

        @Description("Threads of the model on a CPU, over all its batches; 0: as many as cores.") @DefaultValue("0")
        int threads,

        @Description(
                "Batches that run side by side on a CPU, with the threads divided among them; 0: as many as threads, which is the most pictures/s. 1 gives a lone picture all threads.")
        @DefaultValue("0")
        int batches) {
    public ModelSettings {
        require(threads >= 0, "model.threads", "at least 0", threads);
        require(batches >= 0, "model.batches", "at least 0", batches);
    }
}

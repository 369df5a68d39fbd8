package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import dev.clipstream.clip.ModelOptions;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The model and the devices that run it.
public record ModelSettings(
        @Description(
                "Model: a folder, or ORG/NAME[@REVISION] on Hugging Face (modelscope:ORG/NAME on ModelScope), which "
                        + "is pulled if it is not in the cache; #WEIGHTS selects weights, such as models/clip#fp16. Empty: the "
                        + "bundled model.")
        @DefaultValue("")
        String path,

        @Description(
                "Branch, tag or commit of the repository in model.path, as @REVISION in it. A commit never changes. "
                        + "Empty: the main branch as it was when the model was pulled; clipstream model pull updates it.")
        @DefaultValue("")
        String revision,

        @Description(
                "Fingerprint that the model must have: 64 hexadecimal digits, as clipstream model show prints it. It "
                        + "covers weights, preprocessing and tokenizer. Empty: any.")
        @DefaultValue("")
        String sha256,

        @Description("Weights of the model: auto (those closest to the trained ones), fp32, fp16, int8, uint8, "
                + "quantized, q4, q4f16 or bnb4. Weights in model.path take precedence.")
        @DefaultValue("auto")
        String weights,

        @Description("Devices that run the model: auto, cpu, cuda:0,1 or tensorrt.") @DefaultValue("auto")
        String devices,

        @Description("CPU threads of the model, shared by all its batches; 0: one per core.") @DefaultValue("0")
        int threads,

        @Description("Batches that run at the same time on a CPU, with the threads divided among them; 0: one "
                + "per thread, which gives the most images per second. 1 gives a single image all threads.")
        @DefaultValue("0")
        int batches) {
    public ModelSettings {
        require(
                weights.equals(ModelOptions.AUTO) || ModelOptions.PREFERENCE.contains(weights),
                "model.weights",
                "auto or one of " + ModelOptions.PREFERENCE,
                weights);
        require(sha256.matches("([0-9a-f]{64})?"), "model.sha256", "64 lower-case hexadecimal digits, or none", sha256);
        require(threads >= 0, "model.threads", "at least 0", threads);
        require(batches >= 0, "model.batches", "at least 0", batches);
    }
}

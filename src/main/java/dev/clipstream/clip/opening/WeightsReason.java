package dev.clipstream.clip.opening;

import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.WeightsChoice;
import dev.clipstream.clip.bundle.BundleFiles;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Explains which weights of a bundle are used.
///
/// `auto` takes the variant closest to the trained weights on every processor. Faster weights change the vectors, and
/// vectors of other weights are not comparable with stored ones, so this is left to the user.
final class WeightsReason {
    private static final Set<String> EIGHT_BIT = Set.of("int8", "quantized", "uint8");

    private WeightsReason() {}

    /// Returns the choice with its reason.
    ///
    /// @param asked    [ModelOptions#AUTO] or one of [ModelOptions#PREFERENCE]
    /// @param device   the first device, like `cpu`
    /// @param saturate whether default 8-bit kernels saturate on this processor; asked only if it matters
    static WeightsChoice of(BundleFiles files, String asked, String device, BooleanSupplier saturate) {
        List<String> available = BundleFiles.available(files.root());
        return new WeightsChoice(
                available, files.weights(), reason(available, files.weights(), asked, device, saturate));
    }

    private static String reason(
            List<String> available, String chosen, String asked, String device, BooleanSupplier saturate) {
        if (!asked.equals(ModelOptions.AUTO)) {
            return "The model's name or the settings ask for " + asked + ".";
        }
        if (available.size() == 1) {
            return "This machine has no other weights of the model.";
        }
        return "auto takes the weights closest to the trained ones." + gain(available, chosen, device, saturate)
                + " clipstream model compare measures all of them.";
    }

    private static String gain(List<String> available, String chosen, String device, BooleanSupplier saturate) {
        if (EIGHT_BIT.contains(chosen)) {
            return "";
        }
        if (!device.equals("cpu")) {
            return available.contains("fp16") && !chosen.equals("fp16")
                    ? " fp16 takes half the memory and is usually faster on a GPU."
                    : "";
        }
        return available.stream()
                .filter(EIGHT_BIT::contains)
                .findFirst()
                .map(weights -> saturate.getAsBoolean()
                        ? " On this processor without VNNI, exact products of " + weights + " weights gain little."
                        : " " + weights + " is usually two to three times as fast on this processor.")
                .orElse("");
    }
}

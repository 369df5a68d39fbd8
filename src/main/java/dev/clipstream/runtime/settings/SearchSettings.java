package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Lookups over HTTP, in the index that this instance fills.
public record SearchSettings(
        @Description(
                "Other models, DIR[#WEIGHTS] each, that lookups are answered with while their index is the live one"
                        + " (clipstream index switch).")
        @DefaultValue
        List<String> models,

        @Description("Keys of those who may look things up, sent as Authorization: Bearer KEY. Empty: anybody on this"
                + " machine, and nobody elsewhere.")
        @DefaultValue
        List<String> apiKeys,

        @Description("Most results of a lookup, at least 1.") @DefaultValue("1000")
        int maxResults,

        @Description("Most bytes of a lookup's body, at least 1024; a picture in it takes four thirds of its own size.")
        @DefaultValue("4194304")
        int maxBytes,

        @Description("Texts whose vectors are kept for those who ask the same again, at least 0.")
        @DefaultValue("10000")
        int knownTexts,

        @Description("The file that clipstream index calibrate made for the model: results then tell their percentile"
                + " among unrelated pairs. Empty: they do not.")
        @DefaultValue("")
        String calibration) {
    public SearchSettings {
        models = List.copyOf(models);
        apiKeys = List.copyOf(apiKeys);
        require(apiKeys.stream().noneMatch(String::isBlank), "search.api-keys", "no empty key", "one");
        require(maxResults >= 1, "search.max-results", "at least 1", maxResults);
        require(
                maxBytes >= 1024 && maxBytes < Integer.MAX_VALUE,
                "search.max-bytes",
                "1024 to " + (Integer.MAX_VALUE - 1),
                maxBytes);
        require(knownTexts >= 0, "search.known-texts", "at least 0", knownTexts);
    }
}

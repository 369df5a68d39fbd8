package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Searches over HTTP in the index that this instance fills.
public record SearchSettings(
        @Description(
                "Other models, named as in model.path and separated by commas, that answer searches while their index "
                        + "is the live one (clipstream index switch).")
        @DefaultValue
        List<String> models,

        @Description("API keys that the HTTP API accepts as Authorization: Bearer KEY, separated by commas. "
                + "Empty: clients on this machine need no key, and all others are refused.")
        @DefaultValue
        List<String> apiKeys,

        @Description("Maximum number of results of a search, at least 1.") @DefaultValue("1000")
        int maxResults,

        @Description("Maximum size of a request body in bytes, at least 1024. An image in JSON takes four "
                + "thirds of its own size.")
        @DefaultValue("4194304")
        int maxBytes,

        @Description("Maximum number of pixels of an image in a query, at least 1. Uploads have embedding.max-pixels.")
        @DefaultValue("50000000")
        long maxPixels,

        @Description("How long receiving a request body may take, and sending a response, above 0.")
        @DefaultValue("60s")
        Duration bodyTimeout,

        @Description("Number of query texts whose vectors are cached, at least 0.") @DefaultValue("10000")
        int knownTexts,

        @Description("Calibration file of the model, written by clipstream index calibrate, for the percentiles "
                + "of results among unrelated pairs. Empty: the service measures them.")
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
        require(maxPixels >= 1, "search.max-pixels", "at least 1", maxPixels);
        require(bodyTimeout.isPositive(), "search.body-timeout", "above 0", bodyTimeout);
        require(knownTexts >= 0, "search.known-texts", "at least 0", knownTexts);
    }
}

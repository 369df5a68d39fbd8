package dev.clipstream.index.rules;

import dev.clipstream.index.TagSet.IndexedTag;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/// The words that filters compare, in ASCII without quotes, spaces, commas and bars. They are the same in every
/// store, and documented for other clients.
///
/// A tag is the percent-encoded label id, a colon and the probability in thousandths with four digits (`cat:0931`),
/// so that "at least 0.93" is a range of words. An attribute is name, `=` and value, both percent-encoded
/// (`album=summer%202026`). An attribute of more than 128 characters is `sha256:` and the first 32 hexadecimal
/// digits of its SHA-256 instead.
public final class FilterTokens {
    private static final int MAX_LENGTH = 128;
    private static final int HASH_LENGTH = 32;

    private FilterTokens() {}

    /// Percent-encodes a text, so that no character has a meaning in a query.
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }

    /// Returns the word of a tag.
    public static String tag(IndexedTag tag) {
        return tag(tag.labelId(), tag.thousandths());
    }

    /// Returns the word of a label at a probability in thousandths.
    public static String tag(String labelId, int thousandths) {
        return String.format(Locale.ROOT, "%s:%04d", encode(labelId), thousandths);
    }

    /// Returns the word of an attribute.
    public static String attribute(Map.Entry<String, String> attribute) {
        String token = encode(attribute.getKey()) + "=" + encode(attribute.getValue());
        return token.length() <= MAX_LENGTH ? token : "sha256:" + sha256(token).substring(0, HASH_LENGTH);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in every JDK, found none", e);
        }
    }
}

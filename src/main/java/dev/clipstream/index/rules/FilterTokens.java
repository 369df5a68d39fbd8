package dev.clipstream.index.rules;

import dev.clipstream.index.TagSet.IndexedTag;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/// What filters compare, as plain ASCII words without quotes, spaces, commas and bars: the same in every index, and
/// documented for other clients.
///
/// A tag is its label id, percent-encoded, a colon and its probability in thousandths, four digits (`cat:0931`); so
/// "at least 0.93" is a range of words. An attribute is its name, `=` and its value, both percent-encoded
/// (`album=summer%202026`), or the first 32 hexadecimal digits of its SHA-256 behind `sha256:` if that is longer than
/// 128 characters.
public final class FilterTokens {
    private static final int LONGEST = 128;
    private static final int HASH_LENGTH = 32;

    private FilterTokens() {}

    /// A text without any character that means something in a query.
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }

    public static String tag(IndexedTag tag) {
        return tag(tag.labelId(), tag.thousandths());
    }

    public static String tag(String labelId, int thousandths) {
        return String.format(Locale.ROOT, "%s:%04d", encode(labelId), thousandths);
    }

    public static String attribute(Map.Entry<String, String> attribute) {
        String token = encode(attribute.getKey()) + "=" + encode(attribute.getValue());
        return token.length() <= LONGEST ? token : "sha256:" + sha256(token).substring(0, HASH_LENGTH);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 was expected in every JDK, found none", e);
        }
    }
}

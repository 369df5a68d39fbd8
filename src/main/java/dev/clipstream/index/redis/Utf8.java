package dev.clipstream.index.redis;

import java.nio.charset.StandardCharsets;

/// Text as Redis sends and takes it.
public final class Utf8 {
    private Utf8() {}

    /// The bytes of a text.
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The text of a part of a reply that Jedis has not decoded: bytes, or a number as its digits.
    public static String text(Object part) {
        return part instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(part);
    }
}

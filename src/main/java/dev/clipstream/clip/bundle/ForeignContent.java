package dev.clipstream.clip.bundle;

import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Recognises a file whose content is not what its name says, but what git or a server gave instead: a pointer of Git
/// LFS, a web page, an error message.
final class ForeignContent {
    /// More than the longest of them needs for its title.
    private static final int HEAD_BYTES = 4096;
    private static final int QUOTED = 80;
    private static final Pattern TITLE = Pattern.compile("<title[^>]*>\\s*([^<]{1,200}?)\\s*</title>");

    private ForeignContent() {}

    /// Refuses a file of any format that holds a pointer or a web page.
    ///
    /// @param content the file's content, or its beginning
    /// @param name    of the file in messages
    static void refuse(byte[] content, String name) throws ModelException {
        Optional<ModelException> refusal = pointerOrPage(start(content), name);
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    /// Refuses a binary file that holds a pointer, a web page or any other text.
    ///
    /// @param name of the file in messages
    static void refuseText(Path file, String name) throws IOException, ModelException {
        byte[] head = head(file);
        refuse(head, name);
        if (head.length > 0 && head.length < HEAD_BYTES && isText(head)) {
            throw new ModelException(
                    "a model's weights in " + name,
                    "the text '" + quoted(start(head)) + "'",
                    "download the file again; a gated or private repository needs a token (HF_TOKEN)");
        }
    }

    /// Refuses a file of weights that holds a pointer or a web page. Any other content may be numbers.
    ///
    /// @param name of the file in messages
    static void refusePointer(Path file, String name) throws IOException, ModelException {
        refuse(head(file), name);
    }

    private static Optional<ModelException> pointerOrPage(String start, String name) {
        if (start.startsWith("version https://git-lfs")) {
            return Optional.of(new ModelException(
                    "the content of " + name,
                    "a pointer of Git LFS, which stands for it in a repository",
                    "run git lfs pull in the repository, or download the file itself"));
        }
        String lower = start.stripLeading().toLowerCase(Locale.ROOT);
        if (lower.startsWith("<!doctype html") || lower.startsWith("<html") || lower.startsWith("<?xml")) {
            Matcher title = TITLE.matcher(lower);
            return Optional.of(new ModelException(
                    "the content of " + name,
                    "a web page" + (title.find() ? " with the title '" + quoted(title.group(1)) + "'" : ""),
                    "download the file itself (an address with /resolve/ instead of /blob/); a gated or private"
                            + " repository needs a token (HF_TOKEN)"));
        }
        return Optional.empty();
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(HEAD_BYTES);
        }
    }

    private static String start(byte[] content) {
        int length = Math.min(content.length, HEAD_BYTES);
        String text = new String(content, 0, length, StandardCharsets.UTF_8);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static boolean isText(byte[] content) {
        for (byte value : content) {
            if ((value >= 0 && value < ' ' && value != '\n' && value != '\r' && value != '\t') || value == 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static String quoted(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() > QUOTED ? line.substring(0, QUOTED) + "…" : line;
    }
}

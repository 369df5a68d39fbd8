package dev.clipstream.clip.text;

import java.util.Optional;
import java.util.regex.Pattern;

/// Undoes decoding in a wrong encoding: `schÃ¶n` is `schön`, `itâ€™s` is `it’s`.
///
/// A text was UTF-8 if its bytes in some single-byte encoding are UTF-8 and its present characters are unlikely (see
/// [Evidence]). If this holds for parts of a text only, these parts are repaired.
final class Mojibake {
    private static final Pattern NOT_ASCII = Pattern.compile("[^\\x00-\\x7f]");
    private static final Pattern C1 = Pattern.compile("[\u0080-\u009f]");

    private Mojibake() {}

    /// Returns the repaired text, or the text itself if nothing is wrong or nothing helps.
    static String repair(String text) {
        String repaired = text;
        for (String next = step(repaired); !next.equals(repaired); next = step(repaired)) {
            repaired = next;
        }
        return repaired;
    }

    /// Replaces the control characters U+0080 to U+009F by Windows-1252's characters.
    static String withoutC1(String text) {
        return C1.matcher(text)
                .replaceAll(match -> String.valueOf(
                        SingleByteEncoding.WINDOWS_1252.character(match.group().charAt(0))));
    }

    /// Undoes one wrong decoding. The text gets shorter or stays as it is.
    private static String step(String text) {
        if (!NOT_ASCII.matcher(text).find()) {
            return text;
        }
        for (SingleByteEncoding encoding : SingleByteEncoding.ALL) {
            Optional<String> bytes =
                    encoding.encode(text).map(Utf8Bytes::withRestoredA0).map(Utf8Bytes::withLossReplaced);
            if (bytes.isPresent() && Evidence.of(encoding, bytes.get()).suffices()) {
                Optional<String> decoded = Utf8Bytes.decode(bytes.get());
                if (decoded.isPresent()) {
                    return decoded.get();
                }
            }
        }
        String inParts = inParts(text);
        return inParts.equals(text) ? withoutC1(text) : inParts;
    }

    /// Repairs the longest runs that are UTF-8 decoded as Windows-1252, and leaves the text between them.
    private static String inParts(String text) {
        SingleByteEncoding encoding = SingleByteEncoding.WINDOWS_1252;
        StringBuilder repaired = new StringBuilder(text.length());
        int from = 0;
        while (from < text.length()) {
            int to = from;
            while (to < text.length()) {
                int length = sequenceLength(encoding, text, to);
                if (length == 0) {
                    break;
                }
                to += length;
            }
            String run = text.substring(from, to);
            String bytes = encoding.encode(run).orElse("");
            boolean afterLetter = from > 0 && text.charAt(from - 1) > 0x7f && Character.isLetter(text.charAt(from - 1));
            Optional<String> decoded =
                    !afterLetter && Evidence.of(encoding, bytes).suffices()
                            ? Utf8Bytes.decode(bytes)
                            : Optional.empty();
            repaired.append(decoded.orElse(run));
            if (to < text.length()) {
                repaired.append(text.charAt(to));
            }
            from = to + 1;
        }
        return repaired.toString();
    }

    /// Returns how many characters at a place are one sequence of two to four bytes; 0 if they are none.
    private static int sequenceLength(SingleByteEncoding encoding, String text, int at) {
        for (int length = 2; length <= 4 && at + length <= text.length(); length++) {
            Optional<String> bytes = encoding.encode(text.substring(at, at + length));
            if (bytes.isPresent() && Utf8Bytes.sequenceLength(bytes.get().charAt(0)) == length) {
                boolean continues = bytes.get().chars().skip(1).allMatch(Utf8Bytes::continuesOrIsLost);
                return continues ? length : 0;
            }
        }
        return 0;
    }
}

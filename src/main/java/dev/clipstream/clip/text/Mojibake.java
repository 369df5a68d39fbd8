package dev.clipstream.clip.text;

import java.util.Optional;
import java.util.regex.Pattern;

/// Undoes decoding in a wrong encoding: `schÃ¶n` is `schön`, `itâ€™s` is `it’s`.
///
/// A text whose bytes in some single-byte encoding are UTF-8 was that UTF-8, if what its sequences look
/// like now is what nobody writes (see [Evidence]). Where only parts of it are, those are repaired.
final class Mojibake {
    private static final Pattern NOT_ASCII = Pattern.compile("[^\\x00-\\x7f]");
    private static final Pattern C1 = Pattern.compile("[\u0080-\u009f]");

    private Mojibake() {}

    /// The text as it was meant; itself if nothing looks wrong or nothing helps.
    static String repair(String text) {
        String repaired = text;
        for (String next = step(repaired); !next.equals(repaired); next = step(repaired)) {
            repaired = next;
        }
        return repaired;
    }

    /// Windows-1252's characters for the control characters U+0080 to U+009F.
    static String withoutC1(String text) {
        return C1.matcher(text)
                .replaceAll(match -> String.valueOf(
                        SingleByteEncoding.WINDOWS_1252.character(match.group().charAt(0))));
    }

    /// Undoes one wrong decoding; the text gets shorter, or stays.
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

    /// Repairs the longest runs that are UTF-8 as Windows-1252 has it, and leaves what stands between.
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

    /// How many characters from a place are one sequence of two to four bytes; 0: none.
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

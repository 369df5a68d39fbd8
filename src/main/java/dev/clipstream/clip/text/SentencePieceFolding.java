package dev.clipstream.clip.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// SentencePiece's own normalization of a text, which belongs to a vocabulary: compatible characters become usual ones,
/// and runs of spaces one space.
///
/// The table is a double-array trie over UTF-8, followed by the texts that its values point at. At each place the
/// longest entry counts. The tokenizers' own implementation of the table differs: it drops what follows an entry inside
/// of a character with marks.
final class SentencePieceFolding {
    private static final int LABEL = 0x800000ff;
    private static final int VALUE = 0x7fffffff;
    /// Characters that SentencePiece treats as spaces and NFKC does not.
    private static final String SPACES = "[\t\n\f\r\u061c\u1680\u200b\u200c\u200e\u200f\u2028\u2029\u2581\ufeff\ufffd]";
    /// Characters that SentencePiece removes.
    private static final String REMOVED = "[\\x01-\\x08\\x0b\\x0e-\\x1f\\x7f\\x8f\\x9f]";

    /// The full-width tilde, which SentencePiece leaves alone and NFKC does not.
    private static final String KEPT = "\uff5e";

    private final Optional<Table> table;

    private SentencePieceFolding(Optional<Table> table) {
        this.table = table;
    }

    /// Returns the folding of a `tokenizer.json`: by its table, or by the rules that SentencePiece calls `nmt_nfkc`,
    /// from which published tables are made, if it lost its table.
    ///
    /// @throws IllegalArgumentException if the table is damaged
    static SentencePieceFolding of(JsonNode tokenizer) {
        List<String> tables = tokenizer.path("normalizer").findValuesAsString("precompiled_charsmap");
        return new SentencePieceFolding(tables.isEmpty() ? Optional.empty() : Optional.of(Table.of(tables.getFirst())));
    }

    /// Returns the folded text, without spaces at its ends.
    String fold(String text) {
        String folded = table.isPresent() ? table.get().replace(text) : byRules(text);
        return folded.replaceAll(" {2,}", " ").strip();
    }

    private static String byRules(String text) {
        String spaced = text.replaceAll(REMOVED, "").replaceAll(SPACES, " ");
        return Arrays.stream(spaced.split(KEPT, -1))
                .map(part -> Normalizer.normalize(part, Normalizer.Form.NFKC))
                .collect(Collectors.joining(KEPT));
    }

    private static final class Table {
        private final int[] units;
        private final byte[] texts;

        /// @param units of the trie
        /// @param texts in UTF-8, each ended by a zero byte
        private Table(int[] units, byte[] texts) {
            this.units = units;
            this.texts = texts;
        }

        static Table of(String base64) {
            ByteBuffer whole =
                    ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
            int bytes = whole.remaining() < Integer.BYTES ? -1 : whole.getInt();
            if (bytes < Integer.BYTES || bytes % Integer.BYTES != 0 || bytes > whole.remaining()) {
                throw new IllegalArgumentException("Expected a table of SentencePiece, found one of " + bytes
                        + " bytes in " + whole.capacity() + ". Copy the tokenizer's file again");
            }
            int[] units = new int[bytes / Integer.BYTES];
            whole.asIntBuffer().get(units);
            byte[] texts = new byte[whole.remaining() - bytes];
            whole.position(whole.position() + bytes).get(texts);
            return new Table(units, texts);
        }

        String replace(String text) {
            byte[] source = text.getBytes(StandardCharsets.UTF_8);
            ByteArrayOutputStream replaced = new ByteArrayOutputStream(source.length + 16);
            int at = 0;
            while (at < source.length) {
                at = step(source, at, replaced);
            }
            return replaced.toString(StandardCharsets.UTF_8);
        }

        /// Writes what stands for the longest entry at a place, or the character there.
        ///
        /// @return the place behind it
        private int step(byte[] source, int at, ByteArrayOutputStream replaced) {
            int node = offset(units[0]);
            int end = at;
            int value = -1;
            for (int i = at; i < source.length; i++) {
                int label = source[i] & 0xff;
                node ^= label;
                if (node < 0 || node >= units.length || (units[node] & LABEL) != label) {
                    break;
                }
                boolean leaf = (units[node] >>> 8 & 1) == 1;
                node ^= offset(units[node]);
                if (leaf && node >= 0 && node < units.length) {
                    value = units[node] & VALUE;
                    end = i + 1;
                }
            }
            if (value < 0 || value >= texts.length) {
                int next = at + 1;
                while (next < source.length && (source[next] & 0xc0) == 0x80) {
                    next++;
                }
                replaced.write(source, at, next - at);
                return next;
            }
            int length = 0;
            while (value + length < texts.length && texts[value + length] != 0) {
                length++;
            }
            replaced.write(texts, value, length);
            return end;
        }

        private static int offset(int unit) {
            return unit >>> 10 << ((unit & 1 << 9) >>> 6);
        }
    }
}

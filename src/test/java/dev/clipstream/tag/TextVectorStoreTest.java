package dev.clipstream.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.TextEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextVectorStoreTest {
    private static final ModelIdentity MODEL = new ModelIdentity("model", "ab".repeat(32), 3);
    private static final ModelIdentity OTHER = new ModelIdentity("model", "cd".repeat(32), 3);

    @TempDir
    private Path folder;

    /// Encodes a text as a vector that depends on it, and remembers what it encoded.
    private final List<String> encoded = new ArrayList<>();

    private final TextEncoder tower = texts -> {
        encoded.addAll(texts);
        return texts.stream().map(TextVectorStoreTest::vector).toList();
    };

    @Test
    void aTextIsEncodedOnceAlsoAfterARestart() {
        // given
        List<Embedding> first = encode(store(), MODEL, "a cat", "a dog", "a cat");
        assertThat(encoded).containsExactly("a cat", "a dog");

        // when
        List<Embedding> again = encode(store(), MODEL, "a dog", "a bird", "a cat");

        // then
        assertThat(encoded).containsExactly("a cat", "a dog", "a bird");
        assertThat(first).containsExactly(vector("a cat"), vector("a dog"), vector("a cat"));
        assertThat(again).containsExactly(vector("a dog"), vector("a bird"), vector("a cat"));
    }

    @Test
    void eachModelHasVectorsOfItsOwn() {
        encode(store(), MODEL, "a cat");

        encode(store(), OTHER, "a cat");

        assertThat(encoded).containsExactly("a cat", "a cat");
    }

    @Test
    void manyTextsAreKeptWhileTheyAreEncoded() {
        // given
        List<String> texts = IntStream.range(0, 700).mapToObj(i -> "text " + i).toList();
        TextEncoder failing = some -> {
            if (encoded.size() >= 500) {
                throw new IllegalStateException("killed");
            }
            return tower.encode(some);
        };
        assertThatThrownBy(() -> store().encoder(MODEL, failing).encode(texts)).hasMessage("killed");
        int before = encoded.size();

        // when
        store().encoder(MODEL, tower).encode(texts);

        // then
        assertThat(before).isBetween(500, 699);
        assertThat(encoded).doesNotHaveDuplicates().hasSize(700);
    }

    @Test
    void manyFilesBecomeOne() throws IOException {
        for (int i = 0; i < 40; i++) {
            encode(store(), MODEL, "text " + i);
        }

        assertThat(files()).hasSizeLessThan(20);
        encode(store(), MODEL, IntStream.range(0, 40).mapToObj(i -> "text " + i).toArray(String[]::new));
        assertThat(encoded).hasSize(40);
    }

    @Test
    void aDamagedFileCostsNoMoreThanItsVectors() throws IOException {
        // given
        encode(store(), MODEL, "a cat", "a dog");
        encode(store(), MODEL, "a bird");
        Path damaged = files().stream()
                .max(java.util.Comparator.comparingLong(file -> file.toFile().length()))
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[bytes.length - 6] ^= 1;
        Files.write(damaged, bytes);
        Files.write(damaged.resolveSibling("short.vectors"), new byte[] {1, 2});

        // when
        List<Embedding> again = encode(store(), MODEL, "a cat", "a dog", "a bird");

        // then
        assertThat(encoded).containsExactly("a cat", "a dog", "a bird", "a dog");
        assertThat(again).containsExactly(vector("a cat"), vector("a dog"), vector("a bird"));
    }

    @Test
    void theFilesThatWereWrittenFirstGoFirst() throws IOException {
        // given: room for about two files
        TextVectorStore small = new TextVectorStore(folder, 150, Clock.systemUTC());
        for (int i = 0; i < 5; i++) {
            encode(small, MODEL, "text " + i);
            for (Path file : files()) { // file systems keep times in units that the test is faster than
                Files.setLastModifiedTime(
                        file,
                        java.nio.file.attribute.FileTime.fromMillis(
                                Files.getLastModifiedTime(file).toMillis() - 10_000));
            }
        }

        // when
        encode(store(), MODEL, "text 4", "text 0");

        // then
        assertThat(encoded).hasSize(6).endsWith("text 0");
    }

    @Test
    void aFolderThatCannotBeWrittenCostsNothingButTime() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        TextVectorStore broken = new TextVectorStore(file, Clock.systemUTC());

        assertThat(encode(broken, MODEL, "a cat")).containsExactly(vector("a cat"));
        assertThat(encode(broken, MODEL, "a cat")).containsExactly(vector("a cat"));
    }

    @Test
    void anInterruptedThreadStopsBetweenTexts() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> encode(store(), MODEL, "a cat")).isInstanceOf(CancellationException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(encoded).isEmpty();
    }

    private TextVectorStore store() {
        return new TextVectorStore(folder, Clock.systemUTC());
    }

    private List<Embedding> encode(TextVectorStore store, ModelIdentity model, String... texts) {
        return store.encoder(model, tower).encode(List.of(texts));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve(MODEL.fingerprint()))) {
            return all.toList();
        }
    }

    private static Embedding vector(String text) {
        return Embedding.fromLittleEndian(Embedding.normalize(new float[] {1, text.length(), text.hashCode() % 97})
                .toLittleEndian());
    }
}

package dev.clipstream.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.Program;
import dev.clipstream.Program.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Trains from a manifest with errors to a bundle that `evaluate` opens, with a stop and a resume in between.
class TrainIT {
    @TempDir
    private Path folder;

    @Test
    void aStoppedTrainingLeavesABundleAndResumes() throws IOException {
        // given
        Path manifest = manifest();
        String out = folder.resolve("model").toString();

        // when
        Result stopped;
        try (Program training = start(manifest, out, "--minutes", "10")) {
            training.awaitTalk(line -> line.startsWith("step 1:"));
            training.terminate();
            stopped = training.awaitEnd();
        }
        int before = lastStep();
        Result resumed;
        try (Program training = start(manifest, out, "--resume", "--steps", String.valueOf(before + 2))) {
            resumed = training.awaitEnd();
        }

        // then
        assertThat(stopped.exitCode()).as(stopped.toString()).isEqualTo(143);
        assertThat(stopped.err())
                .anyMatch(line -> line.contains("pairs.jsonl, line 1:") && line.contains("no text"))
                .anyMatch(line -> line.startsWith("stopped after ") && line.endsWith("--resume"))
                .doesNotHaveDuplicates();
        assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
        assertThat(resumed.err())
                .contains("continuing after step " + before)
                .anyMatch(line -> line.startsWith("step " + (before + 1) + ":"))
                .anyMatch(line -> line.contains("written after " + (before + 2) + " steps"));

        // when
        Result measured = Program.run("evaluate", "--model", out, "--pairs", manifest.toString());

        // then: the invalid line is a failed input, all others were used
        assertThat(measured.exitCode()).as(measured.toString()).isEqualTo(1);
        JsonNode line = measured.json().getFirst();
        assertThat(line.path("model").asString()).isEqualTo("model");
        assertThat(line.path("pictures").asInt()).isEqualTo(8);
        assertThat(line.path("broken").asInt()).isEqualTo(1);
    }

    @Test
    void aStopAfterTheLastStepStillWritesTheBundle() throws IOException {
        // given
        String out = folder.resolve("model").toString();

        // when: the signal arrives while the held-out pairs are measured or the bundle is written
        Result stopped;
        try (Program training = start(manifest(), out, "--steps", "1")) {
            training.awaitTalk(line -> line.startsWith("step 1:"));
            training.terminate();
            stopped = training.awaitEnd();
        }

        // then: there is nothing to resume
        assertThat(stopped.exitCode()).as(stopped.toString()).isZero();
        assertThat(stopped.err())
                .anyMatch(line -> line.startsWith("stopping after the checkpoint"))
                .noneMatch(line -> line.contains("--resume"));
        Result checked = Program.run("model", "check", out);
        assertThat(checked.exitCode()).as(checked.toString()).isZero();
    }

    /// Returns the number of steps in the training's checkpoint.
    private int lastStep() throws IOException {
        byte[] file = Files.readAllBytes(folder.resolve("model/training/checkpoint.safetensors"));
        Matcher step = Pattern.compile("\"step\":\"(\\d+)\"").matcher(new String(file, StandardCharsets.ISO_8859_1));
        assertThat(step.find()).isTrue();
        return Integer.parseInt(step.group(1));
    }

    private static Program start(Path manifest, String out, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("train", "--pairs", manifest.toString(), "--out", out, "--image-size", "32", "--batch", "8"));
        arguments.addAll(List.of(more));
        return Program.start(arguments.toArray(new String[0]));
    }

    private Path manifest() throws IOException {
        List<String> names = List.of(
                "dog-on-blue.jpg",
                "cat-on-pink.jpg",
                "book.jpg",
                "tiger.jpg",
                "pizza.webp",
                "koala.webp",
                "rocket-on-black.png",
                "sushi-on-black.png");
        StringBuilder lines = new StringBuilder("{\"image\": \"" + names.getFirst() + "\"}\n");
        for (String name : names) {
            Files.copy(Path.of("samples", name), folder.resolve(name));
            String caption = name.replaceFirst("\\..*", "").replace('-', ' ');
            lines.append("{\"image\": \"")
                    .append(name)
                    .append("\", \"text\": \"a ")
                    .append(caption)
                    .append("\"}\n");
        }
        return Files.writeString(folder.resolve("pairs.jsonl"), lines);
    }
}

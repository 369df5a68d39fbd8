package dev.clipstream.search.http;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.Program;
import dev.clipstream.index.redis.RedisServer;
import dev.clipstream.runtime.settings.Home;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// From one model to the next, under load: the index and what makes queries' vectors go together.
class SwitchIT {
    private static final Path NEXT =
            Path.of("src/test/resources/models/random-tiny").toAbsolutePath();
    private static final String QUESTION = "/v1/search?text=a%20pizza&k=5";

    @Test
    void aSwitchFailsNoLookupAndMixesNothing() throws Exception {
        try (RedisServer redis = RedisServer.start();
                SampleService samples = SampleService.start();
                // given: instances of either model, which can both answer with either
                SampleService.Instance old = samples.another(
                        Map.of("clipstream.index.url", redis.url(), "clipstream.search.models", NEXT.toString()));
                SampleService.Instance next = samples.another(Map.of(
                        "clipstream.index.url",
                        redis.url(),
                        "clipstream.topologies",
                        "embedding,tagging,indexing",
                        "clipstream.model.path",
                        NEXT.toString(),
                        "clipstream.topics.embedded",
                        "next.embedded",
                        "clipstream.topics.tagged",
                        "next.tagged",
                        "clipstream.search.models",
                        Home.defaultModel().toAbsolutePath().toString()))) {
            next.awaitFilled(62);
            JsonNode before = old.ask(QUESTION);
            assertThat(before.at("/model/id").asString()).isEqualTo("clipstream-tiny");
            assertThat(before.at("/results/0/mediaId").asString()).isEqualTo("pizza.webp");
            assertThat(next.ask(QUESTION)).isEqualTo(before);

            // when
            List<JsonNode> answers = new ArrayList<>();
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<List<JsonNode>>> heard = Stream.of(old, next, old, next)
                        .map(instance -> clients.submit(() -> askUntilSwitched(instance, before)))
                        .toList();
                TimeUnit.SECONDS.sleep(1);
                String name = next.ask("/v1/state").at("/index/name").asString();
                Program.Result switched = Program.run("index", "switch", "--index", redis.url(), name);
                assertThat(switched.exitCode()).as(switched.toString()).isZero();
                for (Future<List<JsonNode>> one : heard) {
                    answers.addAll(one.get());
                }
            }

            // then: each is what one of the two says, whole
            JsonNode after = next.ask(QUESTION);
            assertThat(after.at("/model/id").asString()).isEqualTo("random-tiny");
            assertThat(after.path("results")).hasSize(5);
            Set<JsonNode> different = answers.stream().collect(toSet());
            assertThat(different).containsExactlyInAnyOrder(before, after);
            assertThat(old.ask("/v1/media/pizza.webp/similar?k=5")
                            .at("/model/id")
                            .asString())
                    .isEqualTo("random-tiny");
        }
    }

    /// @return every answer, up to some of the other model
    private static List<JsonNode> askUntilSwitched(SampleService.Instance instance, JsonNode before) throws Exception {
        List<JsonNode> answers = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        int others = 0;
        while (others < 20) {
            assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            JsonNode answer = instance.ask(QUESTION);
            answers.add(answer);
            if (!answer.equals(before)) {
                others++;
            } else {
                assertThat(others)
                        .as("answers of the new model, before one of the old")
                        .isZero();
            }
        }
        return answers;
    }
}

package dev.clipstream.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.RgbImage;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThinningTest {
    private static final String TITLE = "Acme Men Navy Blue Shirt";

    /// A hundred titles: all are for men, every tenth is a shirt, and each has its own number.
    private static final WordFrequency SHOP = WordFrequency.of(IntStream.range(0, 100)
            .mapToObj(i -> photo("Acme Men " + (i % 10 == 0 ? "Shirt" : "Shoe") + " No" + i))
            .toList());

    @Test
    void everyWordOccursAloneSometimes() {
        Set<String> seen = thinned(Thinning.SPARSE, TITLE, 2000);

        assertThat(seen).contains("Acme", "Men", "Navy", "Blue", "Shirt", "Blue Shirt", "Men Shirt", TITLE);
    }

    @Test
    void aPhraseIsOneToThreeConsecutiveWords() {
        Set<String> seen = thinned(Thinning.PHRASE, TITLE, 2000);

        assertThat(seen)
                .contains("Shirt", "Blue Shirt", "Navy Blue Shirt", "Men", "Acme Men", "Acme Men Navy")
                .allMatch(TITLE::contains)
                .doesNotContain(TITLE);
    }

    @Test
    void phrasesFavourWordsThatAreNeitherUbiquitousNorRare() {
        SplittableRandom random = new SplittableRandom(4);
        Map<String, Long> counted = IntStream.range(0, 6000)
                .mapToObj(i -> Thinning.PHRASE.thin(CaptionWords.of("Men Shirt No7"), SHOP, random))
                .collect(Collectors.groupingBy(left -> left, Collectors.counting()));

        // then: weights are 0.14 for a word of all captions, 0.45 for one in ten, 0 for a unique number
        assertThat(counted.get("Shirt")).isGreaterThan(2 * counted.getOrDefault("Men", 0L));
        assertThat(counted).doesNotContainKey("No7");
    }

    @Test
    void withoutKnownWordsAnyWordIsDrawn() {
        assertThat(thinned(Thinning.PHRASE, "entirely new words", 300)).contains("entirely", "new", "words");
    }

    @ParameterizedTest
    @EnumSource
    void wordsKeepTheirOrderAndOneAlwaysRemains(Thinning thinning) {
        List<String> words = List.of(TITLE.split(" "));

        assertThat(thinned(thinning, TITLE, 500)).allSatisfy(text -> {
            List<String> left = List.of(text.split(" "));
            assertThat(left).isNotEmpty().isSubsetOf(words);
            assertThat(left.stream().map(words::indexOf).toList()).isSorted();
        });
    }

    @Test
    void aChinesePhraseIsTwoToFourCharacters() {
        assertThat(thinned(Thinning.SPARSE, "蓝色运动鞋", 100)).containsOnly("蓝色运动鞋");
        assertThat(thinned(Thinning.PHRASE, "蓝色运动鞋", 1000))
                .contains("蓝色", "运动", "运动鞋", "蓝色运动")
                .allMatch(phrase -> phrase.length() >= 2 && phrase.length() <= 4 && "蓝色运动鞋".contains(phrase));
        assertThat(thinned(Thinning.SPARSE, "蓝色，运动鞋", 100)).containsOnly("蓝色，运动鞋");
    }

    @Test
    void punctuationIsNotAWord() {
        assertThat(thinned(Thinning.PHRASE, "Shirt - Shoe", 300))
                .containsExactlyInAnyOrder("Shirt", "Shoe", "Shirt - Shoe");
    }

    @Test
    void aQuarterOfTheBatchesKeepsAllWordsAndHalfUsePhrases() {
        Map<Thinning, Integer> counted = new EnumMap<>(Thinning.class);
        for (int i = 0; i < 1000; i++) {
            counted.merge(Thinning.of(new SplittableRandom(i)), 1, Integer::sum);
        }

        assertThat(counted.get(Thinning.WHOLE)).isBetween(200, 300);
        assertThat(counted.get(Thinning.SPARSE)).isBetween(200, 300);
        assertThat(counted.get(Thinning.PHRASE)).isBetween(440, 560);
    }

    @Test
    void theRemainingWordsAreTrueOfEveryImageWhoseCaptionContainsThem() {
        Photo photo = photo("Acme Men Blue SHIRTS", "a photo of a dog");

        assertThat(photo.tells(stems("blue Shirt"))).isTrue();
        assertThat(photo.tells(stems("dogs"))).isTrue();
        assertThat(photo.tells(stems("blue dog"))).as("words of two captions").isFalse();
        assertThat(photo.tells(stems("Trousers"))).isFalse();
        assertThat(photo.tells(stems("shirts men"))).as("another order").isFalse();
        assertThat(photo("蓝色运动鞋").tells(stems("运动鞋"))).isTrue();
    }

    private static List<String> stems(String text) {
        return CaptionWords.of(text).stems();
    }

    private static Set<String> thinned(Thinning thinning, String text, int times) {
        SplittableRandom random = new SplittableRandom(1);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < times; i++) {
            seen.add(thinning.thin(CaptionWords.of(text), SHOP, random));
        }
        return Collections.unmodifiableSet(seen);
    }

    private static Photo photo(String... texts) {
        return new Photo(new RgbImage(1, 1, new byte[3]), List.of(texts));
    }
}

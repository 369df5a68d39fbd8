package dev.clipstream.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThinningTest {
    private static final String TITLE = "Acme Men Navy Blue Shirt";

    @Test
    void everyWordComesAloneNowAndThen() {
        SplittableRandom random = new SplittableRandom(1);
        Set<String> seen = new HashSet<>();

        for (int i = 0; i < 2000; i++) {
            seen.add(new Thinning(0.85).thin(TITLE, random));
        }

        assertThat(seen).contains("Acme", "Men", "Navy", "Blue", "Shirt", "Blue Shirt", TITLE);
    }

    @Test
    void wordsStayInTheirOrderAndOneAlwaysStays() {
        SplittableRandom random = new SplittableRandom(2);
        List<String> words = Arrays.asList(TITLE.split(" "));

        for (int i = 0; i < 500; i++) {
            List<String> left =
                    Arrays.asList(new Thinning(0.85).thin(TITLE, random).split(" "));

            assertThat(left).isNotEmpty().isSubsetOf(words);
            assertThat(left.stream().map(words::indexOf).toList()).isSorted();
        }
    }

    @Test
    void textWithoutSpacesStays() {
        SplittableRandom random = new SplittableRandom(3);

        assertThat(IntStream.range(0, 100).mapToObj(i -> new Thinning(0.85).thin("蓝色背景上的一只狗", random)))
                .containsOnly("蓝色背景上的一只狗");
    }

    @Test
    void halfOfTheBatchesKeepAllWords() {
        long whole = IntStream.range(0, 1000)
                .filter(i -> Thinning.of(new SplittableRandom(i)).most() == 0)
                .count();

        assertThat(whole).isBetween(400L, 600L);
    }

    @Test
    void whatIsLeftIsTrueOfEveryPictureWhoseCaptionHasThoseWords() {
        Photo photo = new Photo(
                new dev.clipstream.image.RgbImage(1, 1, new byte[3]),
                List.of("Acme Men Blue SHIRT", "a photo of a dog"));

        assertThat(photo.tells(Photo.words("blue Shirt"))).isTrue();
        assertThat(photo.tells(Photo.words("dog"))).isTrue();
        assertThat(photo.tells(Photo.words("blue dog")))
                .as("words of two captions")
                .isFalse();
        assertThat(photo.tells(Photo.words("Trousers"))).isFalse();
    }
}

package dev.clipstream.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptionWordsTest {
    @ParameterizedTest
    @CsvSource({
        "Shirts, shirt",
        "T-Shirts, TShirt",
        "T‑shirt, tshirts",
        "Watches, watch",
        "boxes, Box",
        "dresses, dress",
        "Shoes, shoe",
        "Café, cafe",
        "Accessories, accessory",
        "hoodies, Hoodie",
        "buses, bus",
        "potatoes, potato",
        "T\u00ADShirt, tshirt",
        "ties, tie",
        "Assn., assn",
        "U.S., US",
        "(blue), blue",
        "été, Étés"
    })
    void formsOfAWordAreEqual(String one, String other) {
        assertThat(CaptionWords.stem(one)).isEqualTo(CaptionWords.stem(other));
    }

    @ParameterizedTest
    @CsvSource({
        "dress, dre",
        "bus, bu",
        "shirt, skirt",
        "men, women",
        "heels, wheels",
        "狗, 猫",
        "'&', '+'",
        "gas, ga",
        "3.5mm, 35mm",
        "C++, C#",
        "cap, cape",
        "👩‍🚀, 👩‍🌾",
        "news, new",
        "shorts, short",
        "flats, flat",
        "watch, watt"
    })
    void otherWordsDiffer(String one, String other) {
        assertThat(CaptionWords.stem(one)).isNotEqualTo(CaptionWords.stem(other));
    }

    @ParameterizedTest
    @CsvSource({
        "' Acme  Blue\tShirts ', 3",
        "狗在跑, 3",
        "蓝色 T恤, 4",
        "'a\u00A0b', 2",
        "'\u3000', 0",
        "'!', 0",
        "Shirt - Blue, 2",
        "'black/white, red', 3",
        "'1/2 cup', 2",
        "'蓝色，鞋', 3",
        "'\u001C', 0",
        "🐶, 1"
    })
    void wordsAreSeparatedBySpacesAndChineseCharactersAreWords(String caption, int words) {
        assertThat(CaptionWords.of(caption).size()).isEqualTo(words);
        assertThat(CaptionWords.of(caption).stems()).hasSize(words);
    }

    @ParameterizedTest
    @CsvSource({
        "Acme Black Casual Shoes, black shoe, true",
        "Acme Black Casual Shoes, shoes black, false",
        "a dog left of a cat, a cat left of a dog, false",
        "black, black black, false",
        "black, '', true"
    })
    void aTextContainsWordsInOrder(String text, String words, boolean holds) {
        assertThat(CaptionWords.holds(
                        CaptionWords.of(text).stems(), CaptionWords.of(words).stems()))
                .isEqualTo(holds);
    }

    @Test
    void aPluralBecomesItsSingular() {
        assertThat(CaptionWords.singulars(List.of("Blue Watches, T-Shirts", "shoes", "a Shoe", "Kurtas", "dress")))
                .containsExactly("blue watch, t-shirt", "shoe", "a shoe", "kurta", "dress");
        assertThat(CaptionWords.singulars(List.of("accessories", "shorts", "bus gas", "blouses", "boxes", "狗")))
                .containsExactly("accessories", "shorts", "bus gas", "blouse", "box", "狗");
    }
}

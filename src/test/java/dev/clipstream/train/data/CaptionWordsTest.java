package dev.clipstream.train.data;

import static org.assertj.core.api.Assertions.assertThat;

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
        "Accessories, accessory",
        "ties, tie",
        "Assn., assn",
        "U.S., US",
        "(blue), blue",
        "été, Étés"
    })
    void formsOfAWordAreOne(String one, String other) {
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
        "watch, watt"
    })
    void othersAreNot(String one, String other) {
        assertThat(CaptionWords.stem(one)).isNotEqualTo(CaptionWords.stem(other));
    }

    @ParameterizedTest
    @CsvSource({"' Acme  Blue\tShirts ', 3", "狗在跑, 1"})
    void wordsStandBetweenBlanks(String caption, int words) {
        assertThat(CaptionWords.of(caption)).hasSize(words);
        assertThat(CaptionWords.stems(caption)).hasSize(words);
    }
}

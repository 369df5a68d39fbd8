package dev.clipstream.train.scene.caption;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnglishNounTest {
    @ParameterizedTest
    @CsvSource({
        "dog, a dog, dogs",
        "owl, an owl, owls",
        "unicorn, a unicorn, unicorns",
        "x-ray, an x-ray, x-rays",
        "bus, a bus, buses",
        "fox, a fox, foxes",
        "baby, a baby, babies",
        "tomato, a tomato, tomatoes",
        "man, a man, men",
        "person wearing turban, a person wearing turban, people wearing turban",
        "person frowning, a person frowning, people frowning",
        "face with tears of joy, a face with tears of joy, faces with tears of joy",
        "bowl with spoon, a bowl with spoon, bowls with spoon",
        "maple leaf, a maple leaf, maple leaves",
        "sheep, a sheep, sheep",
        "grapes, grapes, grapes",
        "bread, bread, bread",
        "A button (blood type), an A button (blood type), A buttons (blood type)",
        "Japanese “free of charge” button, a Japanese “free of charge” button, Japanese “free of charge” buttons",
    })
    void isInflected(String name, String one, String many) {
        assertThat(EnglishNoun.singular(name)).isEqualTo(one);
        assertThat(EnglishNoun.plural(name)).isEqualTo(many);
    }
}

package dev.clipstream.train.scene.caption;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Inflects English names: the singular with an article, and the plural. Rules are approximate; an error yields an
/// unusual name, not another meaning.
final class EnglishNoun {
    private static final Map<String, String> IRREGULAR = Map.ofEntries(
            Map.entry("man", "men"),
            Map.entry("woman", "women"),
            Map.entry("person", "people"),
            Map.entry("child", "children"),
            Map.entry("tooth", "teeth"),
            Map.entry("foot", "feet"),
            Map.entry("mouse", "mice"),
            Map.entry("goose", "geese"),
            Map.entry("ox", "oxen"),
            Map.entry("die", "dice"),
            Map.entry("knife", "knives"),
            Map.entry("wolf", "wolves"),
            Map.entry("leaf", "leaves"),
            Map.entry("loaf", "loaves"),
            Map.entry("sheaf", "sheaves"),
            Map.entry("elf", "elves"),
            Map.entry("scarf", "scarves"),
            Map.entry("shelf", "shelves"),
            Map.entry("cactus", "cacti"),
            Map.entry("fireman", "firemen"),
            Map.entry("snowman", "snowmen"));

    /// Nouns with equal singular and plural, and uncountable ones.
    private static final Set<String> UNCHANGED = Set.of(
            "sheep",
            "deer",
            "fish",
            "shrimp",
            "squid",
            "dice",
            "bread",
            "rice",
            "corn",
            "cheese",
            "broccoli",
            "salad",
            "sushi",
            "popcorn",
            "coffee",
            "tea",
            "beer",
            "wine",
            "milk",
            "money",
            "fire",
            "snow",
            "rain",
            "lightning",
            "electronics",
            "furniture",
            "clothing",
            "bacon",
            "butter",
            "salt",
            "garlic",
            "ice",
            "wood",
            "fog",
            "hair",
            "people",
            "men",
            "women",
            "children",
            "teeth",
            "feet",
            "sunglasses",
            "yarn",
            "thread",
            "mate",
            "sake");

    private static final String WITHOUT_ARTICLE =
            "bread rice corn cheese broccoli sushi popcorn coffee tea beer wine milk"
                    + " money fire snow rain lightning bacon butter salt garlic ice wood fog";

    private static final Pattern AFTER_HEAD = Pattern.compile(
            " (?:with|of|in|on|at|from|without|over|behind|showing|pointing|for|to|and|under|getting|wearing|playing)\\b"
                    + "|:| \\(|(?<=person|people|man|woman|men|women|leaf|hand|face) [a-z]+ing\\b");

    private EnglishNoun() {}

    /// `a dog`, `an owl`, `grapes`.
    static String singular(String name) {
        String head = head(name);
        if (isPlural(head) || Set.of(WITHOUT_ARTICLE.split(" ", -1)).contains(name)) {
            return name;
        }
        char first = Character.toLowerCase(name.charAt(0));
        boolean vowel = "aeiou".indexOf(first) >= 0
                && !name.startsWith("one")
                && !name.startsWith("uni")
                && !name.startsWith("euro");
        return (vowel || name.startsWith("hour") || name.startsWith("x-ray") ? "an " : "a ") + name;
    }

    /// `dogs`, `faces with tears of joy`.
    static String plural(String name) {
        String head = head(name);
        int at = name.indexOf(head);
        int word = head.lastIndexOf(' ') + 1;
        String last = head.substring(word);
        return name.substring(0, at) + head.substring(0, word) + pluralWord(last) + name.substring(at + head.length());
    }

    private static String pluralWord(String word) {
        String irregular = IRREGULAR.get(word);
        if (irregular != null) {
            return irregular;
        }
        if (UNCHANGED.contains(word) || isPlural(word)) {
            return word;
        }
        if (word.matches(".*(s|x|z|ch|sh)")) {
            return word + "es";
        }
        if (word.matches(".*[^aeiou]y")) {
            return word.substring(0, word.length() - 1) + "ies";
        }
        return word.matches("(potato|tomato|mosquito|volcano|mango)") ? word + "es" : word + "s";
    }

    private static boolean isPlural(String head) {
        return head.matches(".*[^suia]s") || head.matches(".*(people|children|teeth|feet|(^| )men|(^| )women)");
    }

    /// Returns the part before the first preposition or colon, or before what a person does: `person` of `person
    /// wearing turban`.
    private static String head(String name) {
        if (name.contains("“")) {
            return name; // a sign with its text
        }
        return AFTER_HEAD.split(name, -1)[0];
    }
}

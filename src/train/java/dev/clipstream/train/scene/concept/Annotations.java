package dev.clipstream.train.scene.concept;

import dev.clipstream.train.scene.SceneException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// The names and keywords of pictographs in one language, from a Unicode CLDR file (`annotations/en.xml`).
///
/// @param names    name by pictograph, in the file's order
/// @param keywords other words by pictograph
/// @param uses     number of pictographs that have a keyword, by keyword
public record Annotations(Map<String, String> names, Map<String, List<String>> keywords, Map<String, Integer> uses) {
    /// Path of the folder with `en.xml` and `zh.xml` in Debian's package unicode-cldr-core.
    public static final Path DEBIAN = Path.of("/usr/share/unicode/cldr/common/annotations");

    public Annotations {
        names = Collections.unmodifiableMap(new LinkedHashMap<>(names)); // in order
        keywords = Map.copyOf(keywords);
        uses = Map.copyOf(uses);
    }

    /// Returns the number of pictographs that have the keyword.
    int uses(String keyword) {
        return uses.getOrDefault(keyword, 0);
    }

    /// Reads a CLDR annotation file.
    ///
    /// @throws SceneException if the file is missing or is not a CLDR annotation file
    static Annotations read(Path file) throws SceneException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        // the file names a DTD, which is not needed; nothing outside the file is read
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, List<String>> keywords = new LinkedHashMap<>();
        try (InputStream in = Files.newInputStream(file)) {
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            while (xml.hasNext()) {
                if (xml.next() != XMLStreamConstants.START_ELEMENT
                        || !xml.getLocalName().equals("annotation")) {
                    continue;
                }
                String pictograph = xml.getAttributeValue(null, "cp");
                boolean name = "tts".equals(xml.getAttributeValue(null, "type"));
                String text = xml.getElementText().strip();
                if (pictograph == null || pictograph.isBlank() || text.isEmpty()) {
                    continue;
                }
                if (name) {
                    names.put(pictograph, text);
                } else {
                    keywords.put(
                            pictograph,
                            Arrays.stream(text.split("\\|", -1))
                                    .map(String::strip)
                                    .filter(word -> !word.isEmpty())
                                    .toList());
                }
            }
        } catch (NoSuchFileException e) {
            throw new SceneException(
                    file + ": Expected the names of pictographs, found no file. Install Debian's package"
                            + " unicode-cldr-core, or name CLDR's folder 'annotations' with --annotations.",
                    e);
        } catch (XMLStreamException e) {
            throw new SceneException(
                    file + ": Expected a CLDR annotation file, found " + e.getMessage() + ". Download it again.", e);
        } catch (IOException e) {
            throw new SceneException(file + ": Expected a readable file, found " + e + ". Correct its permissions.", e);
        }
        if (names.isEmpty()) {
            throw new SceneException(file + ": Expected names (annotations of type tts), found none."
                    + " Use CLDR's annotations/en.xml and zh.xml.");
        }
        Map<String, Integer> uses = new HashMap<>();
        keywords.values().forEach(words -> words.forEach(word -> uses.merge(word, 1, Integer::sum)));
        return new Annotations(names, keywords, uses);
    }
}

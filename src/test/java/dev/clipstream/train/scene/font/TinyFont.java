package dev.clipstream.train.scene.font;

import dev.clipstream.train.scene.concept.Concepts;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/// A colour bitmap font with a few discs, and CLDR files that name them. All of its contents are known to the tests.
public final class TinyFont {
    /// Number of single pictographs.
    static final int SINGLES = 24;

    /// A sequence that the font draws as one glyph.
    static final String SEQUENCE = pictograph(0) + "\u200D" + pictograph(1);

    private static final int JOINER = 0x200D;
    private static final int FIRST = 0x1F920;
    private static final int SIDE = 136;

    private TinyFont() {}

    static String pictograph(int index) {
        return Character.toString(FIRST + index);
    }

    public static Color colour(int index) {
        float hue = (index % 8) / 8F;
        boolean strong = index < 8 || index >= 16;
        return Color.getHSBColor(hue, strong ? 1 : 0.55F, index < 16 ? 0.55F : 0.95F);
    }

    /// Writes the font as `font.ttf` and the names as `en.xml` and `zh.xml`.
    static Path write(Path folder) throws IOException {
        Files.write(folder.resolve("font.ttf"), bytes());
        annotations(folder.resolve("en.xml"), "thing ", "word ");
        annotations(folder.resolve("zh.xml"), "东西", "词");
        return folder.resolve("font.ttf");
    }

    public static Concepts concepts(Path folder) throws IOException {
        return Concepts.load(write(folder), folder);
    }

    private static void annotations(Path file, String name, String keyword) throws IOException {
        StringBuilder xml = new StringBuilder("""
                <?xml version="1.0"?>
                <!DOCTYPE ldml SYSTEM "../../common/dtd/ldml.dtd">
                <ldml><annotations>
                """);
        for (int i = 0; i < SINGLES; i++) {
            xml.append("<annotation cp=\"" + pictograph(i) + "\">" + keyword + i + " a | " + keyword + i + " b | "
                    + keyword + i + " c | shared</annotation>\n");
            xml.append("<annotation cp=\"" + pictograph(i) + "\" type=\"tts\">" + name + (char) ('A' + i)
                    + "</annotation>\n");
        }
        Files.writeString(file, xml + "</annotations></ldml>\n");
    }

    static byte[] bytes() {
        List<byte[]> pictures = new ArrayList<>();
        for (int i = 0; i <= SINGLES; i++) {
            pictures.add(disc(colour(i)));
        }
        Map<String, byte[]> tables = new LinkedHashMap<>();
        tables.put("CBDT", data(pictures));
        tables.put("CBLC", locations(pictures));
        tables.put("GSUB", ligature());
        tables.put("cmap", characters());
        return font(tables);
    }

    /// A disc that fills the height of the image.
    static byte[] disc(Color colour) {
        BufferedImage picture = new BufferedImage(SIDE, 128, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(colour);
        graphics.fillOval(4, 0, 128, 128);
        graphics.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }

    private static byte[] data(List<byte[]> pictures) {
        int size = 4 + pictures.stream().mapToInt(png -> 9 + png.length).sum();
        ByteBuffer table = ByteBuffer.allocate(size).putShort((short) 3).putShort((short) 0);
        for (byte[] png : pictures) {
            table.put((byte) 128).put((byte) SIDE).put((byte) 0).put((byte) 101).put((byte) SIDE);
            table.putInt(png.length).put(png);
        }
        return table.array();
    }

    /// One strike, one range of glyphs 1 to n, index format 1, image format 17.
    private static byte[] locations(List<byte[]> pictures) {
        int glyphs = pictures.size();
        ByteBuffer table = ByteBuffer.allocate(8 + 48 + 8 + 8 + 4 * (glyphs + 1));
        table.putShort((short) 3).putShort((short) 0).putInt(1);
        table.putInt(56).putInt(16 + 4 * (glyphs + 1)).putInt(1).putInt(0);
        table.position(table.position() + 24);
        table.putShort((short) 1).putShort((short) glyphs);
        table.put((byte) 109).put((byte) 109).put((byte) 32).put((byte) 1);
        table.putShort((short) 1).putShort((short) glyphs).putInt(8);
        table.putShort((short) 1).putShort((short) 17).putInt(4);
        int at = 0;
        for (byte[] png : pictures) {
            table.putInt(at);
            at += 9 + png.length;
        }
        return table.putInt(at).array();
    }

    /// Glyph 1, the joiner (glyph n + 2), glyph 2 to glyph n + 1.
    private static byte[] ligature() {
        short[] words = {
            1,
            0,
            0,
            0,
            10, // header: lookups at 10
            1,
            4, // one lookup, at 4
            4,
            0,
            1,
            8, // ligatures; one subtable, at 8
            1,
            8,
            1,
            14, // coverage at 8, one set at 14
            1,
            1,
            1, // glyph 1
            1,
            4, // one ligature, at 4
            SINGLES + 1,
            3,
            SINGLES + 2,
            2
        };
        ByteBuffer table = ByteBuffer.allocate(2 * words.length);
        for (short word : words) {
            table.putShort(word);
        }
        return table.array();
    }

    private static byte[] characters() {
        ByteBuffer table = ByteBuffer.allocate(4 + 8 + 16 + 24);
        table.putShort((short) 0).putShort((short) 1);
        table.putShort((short) 3).putShort((short) 10).putInt(12);
        table.putShort((short) 12).putShort((short) 0).putInt(40).putInt(0).putInt(2);
        table.putInt(JOINER).putInt(JOINER).putInt(SINGLES + 2);
        table.putInt(FIRST).putInt(FIRST + SINGLES - 1).putInt(1);
        return table.array();
    }

    private static byte[] font(Map<String, byte[]> tables) {
        int at = 12 + 16 * tables.size();
        int size = at + tables.values().stream().mapToInt(table -> table.length).sum();
        ByteBuffer font = ByteBuffer.allocate(size);
        font.putInt(0x00010000).putShort((short) tables.size()).position(12);
        for (Map.Entry<String, byte[]> table : tables.entrySet()) {
            font.put(table.getKey().getBytes(StandardCharsets.ISO_8859_1)).putInt(0);
            font.putInt(at).putInt(table.getValue().length);
            at += table.getValue().length;
        }
        tables.values().forEach(font::put);
        return font.array();
    }
}

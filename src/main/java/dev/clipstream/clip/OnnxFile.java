package dev.clipstream.clip;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedSet;
import java.util.TreeSet;

/// Finds in a model file which other files hold its weights, before ONNX Runtime is let near it.
///
/// A model file is code, and a location in it is a path: one that leads out of the bundle is refused.
/// Reads the protocol buffer itself, only the fields on the way to tensors; what it cannot follow it
/// refuses as damaged.
final class OnnxFile {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;
    private static final int DEEPEST = 32;

    private final String name;
    private final MemorySegment bytes;
    private final SortedSet<String> locations = new TreeSet<>();

    private OnnxFile(String name, MemorySegment bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /// Messages of ONNX that may hold tensors, and their fields that lead there.
    private enum Message {
        MODEL,
        FUNCTION,
        GRAPH,
        NODE,
        ATTRIBUTE,
        SPARSE,
        TENSOR,
        OTHER;

        /// What the field holds; [#OTHER]: nothing of interest.
        Message at(int field) {
            return switch (this) {
                case MODEL -> field == 7 ? GRAPH : field == 25 ? FUNCTION : OTHER;
                case FUNCTION -> field == 7 ? NODE : OTHER;
                case GRAPH ->
                    switch (field) {
                        case 1 -> NODE;
                        case 5 -> TENSOR;
                        case 15 -> SPARSE;
                        default -> OTHER;
                    };
                case NODE -> field == 5 ? ATTRIBUTE : OTHER;
                case ATTRIBUTE ->
                    switch (field) {
                        case 5, 10 -> TENSOR;
                        case 6, 11 -> GRAPH;
                        case 22, 23 -> SPARSE;
                        default -> OTHER;
                    };
                case SPARSE -> field == 1 || field == 2 ? TENSOR : OTHER;
                case TENSOR, OTHER -> OTHER;
            };
        }
    }

    /// The files that hold external weights of a graph.
    ///
    /// @return in the order of their names; empty: all weights are in the graph's file
    /// @throws ModelException the file is damaged, a file is missing, or lies outside of the bundle
    static SortedSet<Path> externalData(Path root, Path graph) throws ModelException {
        String name = root.relativize(graph).toString();
        SortedSet<Path> files = new TreeSet<>();
        try (FileChannel channel = FileChannel.open(graph, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            OnnxFile file = new OnnxFile(name, bytes);
            file.read(Message.MODEL, 0, bytes.byteSize(), 0);
            for (String location : file.locations) {
                files.add(resolve(root, graph, name, location));
            }
            return files;
        } catch (IOException e) {
            throw new ModelException("a readable file " + name, e.toString(), "look at its rights", e);
        }
    }

    private static Path resolve(Path root, Path graph, String name, String location)
            throws ModelException, IOException {
        Path file;
        try {
            file = graph.resolveSibling(location).normalize();
        } catch (java.nio.file.InvalidPathException e) {
            throw outside(name, location, e);
        }
        if (Path.of(location).isAbsolute() || !file.startsWith(root)) {
            throw outside(name, location, null);
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelException(
                    "the weights of " + name + " in " + root.relativize(file),
                    "no such file",
                    "copy " + file.getFileName() + " beside " + graph.getFileName() + " under exactly this name");
        }
        if (!file.toRealPath().startsWith(root)) {
            throw outside(name, location, null);
        }
        return file;
    }

    private static ModelException outside(
            String name, String location, @org.jspecify.annotations.Nullable Throwable cause) {
        return new ModelException(
                "weights of " + name + " inside of the bundle",
                "the location '" + location + "'",
                "do not use this file before you know why it reads elsewhere",
                cause);
    }

    private void read(Message message, long from, long to, int depth) throws ModelException {
        if (depth > DEEPEST) {
            throw damaged("messages in " + depth + " layers");
        }
        Cursor at = new Cursor(from, to);
        while (at.position < to) {
            long tag = at.varint();
            int field = (int) (tag >>> 3);
            switch ((int) (tag & 7)) {
                case VARINT -> at.varint();
                case FIXED64 -> at.skip(8);
                case FIXED32 -> at.skip(4);
                case BYTES -> {
                    long length = at.varint();
                    long start = at.position;
                    at.skip(length);
                    if (message == Message.TENSOR && field == 13) {
                        readLocation(start, at.position);
                    } else if (message.at(field) != Message.OTHER) {
                        read(message.at(field), start, at.position, depth + 1);
                    }
                }
                default -> throw damaged("a field of unknown type at byte " + at.position);
            }
        }
    }

    /// One key and value of a tensor's external data.
    private void readLocation(long from, long to) throws ModelException {
        Cursor at = new Cursor(from, to);
        String key = "";
        String value = "";
        while (at.position < to) {
            long tag = at.varint();
            long length = at.varint();
            long start = at.position;
            at.skip(length);
            String text =
                    new String(bytes.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            if (tag >>> 3 == 1) {
                key = text;
            } else {
                value = text;
            }
        }
        if (key.equals("location")) {
            locations.add(value);
        }
    }

    private ModelException damaged(String found) {
        return new ModelException(
                "a whole ONNX file in " + name + " (" + bytes.byteSize() + " bytes)",
                found,
                "download it again, and fetch Git LFS files if it came by git");
    }

    /// A place in the file, which never passes `end`.
    private final class Cursor {
        private long position;
        private final long end;

        Cursor(long position, long end) {
            this.position = position;
            this.end = end;
        }

        long varint() throws ModelException {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (position >= end) {
                    throw damaged("its end in the middle of a number");
                }
                byte next = bytes.get(ValueLayout.JAVA_BYTE, position++);
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw damaged("a number without end at byte " + position);
        }

        void skip(long length) throws ModelException {
            if (length < 0 || length > end - position) {
                throw damaged("its end " + (length - (end - position)) + " bytes too early");
            }
            position += length;
        }
    }
}

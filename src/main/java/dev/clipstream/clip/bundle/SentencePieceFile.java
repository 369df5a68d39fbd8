package dev.clipstream.clip.bundle;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A SentencePiece model, such as `spiece.model`: its pieces and its normalization.
///
/// The file is not trusted: it is read as a protocol buffer of limited size, and unknown fields are skipped.
///
/// @param name         path inside the bundle
/// @param unigram      whether its algorithm is Unigram; otherwise byte pairs, words or characters
/// @param pieces       in the order of their ids
/// @param charsMap     the compiled table of the normalization in base64; empty if it has none
/// @param dummyPrefix  whether a text gets a space in front
public record SentencePieceFile(
        String name, boolean unigram, List<Piece> pieces, String charsMap, boolean dummyPrefix) {

    private static final int MAX_PIECES = 2_000_000;
    private static final int UNIGRAM = 1;
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;

    /// A piece of text.
    ///
    /// @param score   its logarithmic probability
    /// @param unknown whether it stands for everything that is not in the vocabulary
    public record Piece(String text, float score, boolean unknown) {}

    public SentencePieceFile {
        pieces = List.copyOf(pieces);
    }

    /// Reads a file.
    ///
    /// @throws ModelException if it is not a SentencePiece model
    public static SentencePieceFile read(Path root, Path file) throws ModelException {
        String name = root.relativize(file).toString();
        try {
            return new Reader(name).model(CodedInputStream.newInstance(BundleBytes.read(file, name)));
        } catch (InvalidProtocolBufferException e) {
            throw damaged(name, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new ModelException("a readable file " + name, e.toString(), "check its permissions", e);
        }
    }

    /// Returns the id of the piece for unknown text.
    public int unknown() throws ModelException {
        for (int id = 0; id < pieces.size(); id++) {
            if (pieces.get(id).unknown()) {
                return id;
            }
        }
        throw damaged(name, "no piece for unknown text");
    }

    private static ModelException damaged(String name, String found) {
        return new ModelException("a SentencePiece model in " + name, found, "copy the file again");
    }

    /// Reads the messages `ModelProto`, `SentencePiece`, `TrainerSpec` and `NormalizerSpec`.
    private static final class Reader {
        private final String name;
        private final List<Piece> pieces = new ArrayList<>();
        private int type = UNIGRAM;
        private String charsMap = "";
        private boolean dummyPrefix = true;

        Reader(String name) {
            this.name = name;
        }

        SentencePieceFile model(CodedInputStream in) throws IOException, ModelException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case 1 -> nested(in, this::piece);
                    case 2 -> nested(in, this::trainer);
                    case 3 -> nested(in, this::normalizer);
                    default -> in.skipField(tag);
                }
            }
            if (pieces.isEmpty() || pieces.size() > MAX_PIECES) {
                throw damaged(name, pieces.size() + " pieces");
            }
            return new SentencePieceFile(name, type == UNIGRAM, pieces, charsMap, dummyPrefix);
        }

        @FunctionalInterface
        private interface Message {
            void read(CodedInputStream in) throws IOException;
        }

        private static void nested(CodedInputStream in, Message message) throws IOException {
            int outer = in.pushLimit(in.readRawVarint32());
            message.read(in);
            in.popLimit(outer);
        }

        private void piece(CodedInputStream in) throws IOException {
            String text = "";
            float score = 0;
            int kind = NORMAL;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case 1 -> text = in.readString();
                    case 2 -> score = in.readFloat();
                    case 3 -> kind = in.readEnum();
                    default -> in.skipField(tag);
                }
            }
            pieces.add(new Piece(text, score, kind == UNKNOWN));
        }

        private void trainer(CodedInputStream in) throws IOException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) == 3) {
                    type = in.readEnum();
                } else {
                    in.skipField(tag);
                }
            }
        }

        private void normalizer(CodedInputStream in) throws IOException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case 2 -> charsMap = Base64.getEncoder().encodeToString(in.readByteArray());
                    case 3 -> dummyPrefix = in.readBool();
                    default -> in.skipField(tag);
                }
            }
        }
    }
}

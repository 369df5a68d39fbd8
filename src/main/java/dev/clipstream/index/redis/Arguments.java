package dev.clipstream.index.redis;

import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.Version;
import java.util.ArrayList;
import java.util.List;

/// Collects the arguments of a command or a script, in order. Used by one thread.
public final class Arguments {
    private final List<byte[]> all = new ArrayList<>();

    /// Adds texts in UTF-8.
    public Arguments add(String... texts) {
        return addAll(List.of(texts));
    }

    /// Adds texts in UTF-8.
    public Arguments addAll(List<String> texts) {
        texts.forEach(text -> all.add(Utf8.bytes(text)));
        return this;
    }

    /// Adds bytes as they are.
    public Arguments add(byte[] blob) {
        all.add(blob);
        return this;
    }

    /// Adds the head of a write, which every write script reads alike: the operation (`v+` and `v-` put and delete
    /// the vector, `t+` and `t-` the tags), then the log, the offset and the time in milliseconds of its version. The
    /// log and the offset of the upload follow the log, with spaces between, if they are known. So a program that does
    /// not know uploads sees another log.
    public Arguments addHead(MediaWrite write) {
        Version version = write.version();
        return add(
                operation(write),
                log(version),
                Long.toString(version.offset()),
                Long.toString(version.time().toEpochMilli()));
    }

    private static String log(Version version) {
        Version.Upload upload = version.upload();
        return upload == null ? version.log() : version.log() + " " + upload.log() + " " + upload.offset();
    }

    private static String operation(MediaWrite write) {
        return switch (write) {
            case MediaWrite.PutVector put -> "v+";
            case MediaWrite.DeleteVector gone -> "v-";
            case MediaWrite.PutTags put -> "t+";
            case MediaWrite.DeleteTags gone -> "t-";
        };
    }

    /// The arguments so far.
    public List<byte[]> toList() {
        return List.copyOf(all);
    }
}

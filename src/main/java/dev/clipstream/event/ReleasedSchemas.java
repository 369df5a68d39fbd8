package dev.clipstream.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Earlier versions of the schemas, from `schemas/released/<n>/`. The topics may still hold records of them.
public final class ReleasedSchemas {
    private static final String FOLDER = "/dev/clipstream/schemas/released/";

    /// A schema that every version has.
    private static final String OLDEST = "MediaUploaded";

    private ReleasedSchemas() {}

    /// Returns the released versions of a schema, oldest first; empty: it was never released.
    ///
    /// @param current the version of this build
    public static List<Schema> of(Schema current) {
        List<Schema> released = new ArrayList<>();
        for (int version = 1; exists(version); version++) {
            try (InputStream file = file(version, current.getName())) {
                if (file != null) {
                    released.add(new Schema.Parser().parse(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read version " + version + " of " + current.getName(), e);
            }
        }
        return List.copyOf(released);
    }

    private static boolean exists(int version) {
        return ReleasedSchemas.class.getResource(FOLDER + version + "/" + OLDEST + ".avsc") != null;
    }

    private static @Nullable InputStream file(int version, String schema) {
        return ReleasedSchemas.class.getResourceAsStream(FOLDER + version + "/" + schema + ".avsc");
    }
}

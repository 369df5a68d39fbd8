package dev.clipstream.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/// Earlier versions of the schemas, from `schemas/released/<n>/`. The topics may still hold records of them.
public final class ReleasedSchemas {
    private static final String FOLDER = "/dev/clipstream/schemas/released/";

    private ReleasedSchemas() {}

    /// Returns the released versions of a schema, oldest first; empty: it was never released.
    ///
    /// @param current the version of this build
    public static List<Schema> of(Schema current) {
        List<Schema> released = new ArrayList<>();
        for (int version = 1; ; version++) {
            String resource = FOLDER + version + "/" + current.getName() + ".avsc";
            try (InputStream file = ReleasedSchemas.class.getResourceAsStream(resource)) {
                if (file == null) {
                    return List.copyOf(released);
                }
                released.add(new Schema.Parser().parse(file));
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + resource, e);
            }
        }
    }
}

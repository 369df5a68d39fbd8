package dev.clipstream.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/// Earlier versions of the schemas, kept in `schemas/released/<n>/`, that records on the topics may
/// still be written with.
public final class ReleasedSchemas {
    private static final String FOLDER = "/dev/clipstream/schemas/released/";

    private ReleasedSchemas() {}

    /// The released versions of a schema, oldest first; empty if it was never released.
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

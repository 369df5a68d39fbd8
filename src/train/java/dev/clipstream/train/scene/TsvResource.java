package dev.clipstream.train.scene;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Reads a tab-separated table from the class path. Lines that begin with `#` are comments.
public final class TsvResource {
    private TsvResource() {}

    public static List<String[]> rows(Class<?> owner, String resource) throws SceneException {
        try (InputStream in = owner.getResourceAsStream(resource)) {
            if (in == null) {
                throw new SceneException(
                        resource + ": Expected the resource on the class path, found none. Build the program again.");
            }
            return Arrays.stream(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1))
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (SceneException e) {
            throw e;
        } catch (IOException e) {
            throw new SceneException(
                    resource + ": Expected a readable resource, found " + e + ". Build the program again.", e);
        }
    }
}

package dev.clipstream.clip.hub;

import dev.clipstream.clip.hub.cache.CachedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/// A bundle of one of several models in a repository: its own folder's files, and those of the repository's top that
/// all models share, as links in a folder of their own. A bundle is a single folder.
final class SubfolderView {
    private SubfolderView() {}

    /// Returns the folder with a model's files.
    ///
    /// @param state name of the snapshot
    /// @param files of the model, relative to the repository
    static Path of(Repository repository, String state, Collection<String> files) throws IOException {
        Path snapshot = repository.cache().snapshot(repository.name(), state);
        String subfolder = repository.subfolder();
        if (subfolder.isEmpty()) {
            return snapshot;
        }
        Path view = repository
                .cache()
                .repository(repository.name())
                .resolve(".clipstream")
                .resolve(state)
                .resolve(subfolder)
                .normalize();
        for (String file : files) {
            boolean own = file.startsWith(subfolder);
            if (own || !files.contains(subfolder + file)) {
                Path link = view.resolve(own ? file.substring(subfolder.length()) : file);
                if (!Files.exists(link)) {
                    new CachedFile(link, snapshot.resolve(file), link).connect();
                }
            }
        }
        return view;
    }
}

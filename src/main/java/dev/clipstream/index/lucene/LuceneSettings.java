package dev.clipstream.index.lucene;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where Lucene keeps indexes.
///
/// @param folder has a folder for each index; null: in memory, seen by this process alone
public record LuceneSettings(@Nullable Path folder) {}

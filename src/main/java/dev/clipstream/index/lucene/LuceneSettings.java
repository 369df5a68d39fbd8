package dev.clipstream.index.lucene;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where Lucene keeps indexes.
///
/// @param folder parent of one folder for each index; null for indexes in memory, which only this process sees
public record LuceneSettings(@Nullable Path folder) {}

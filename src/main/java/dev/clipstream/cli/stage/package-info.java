/// Commands that run one stage of the pipeline on local files, without Kafka: `tag`, `embed`, `tokenize`,
/// `preprocess` and `model`.
///
/// In: files and texts. Out: JSON Lines or a NumPy file.
@NullMarked
package dev.clipstream.cli.stage;

import org.jspecify.annotations.NullMarked;

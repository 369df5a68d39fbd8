/// The images and texts that arguments name: files, folders, globs, URIs and standard input.
///
/// In: arguments. Out: inputs in the order of the command line, and the embeddings of image files.
@NullMarked
package dev.clipstream.cli.input;

import org.jspecify.annotations.NullMarked;

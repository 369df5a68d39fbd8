/// What an image format is, and the parts that formats share.
///
/// An [dev.clipstream.image.format.ImageFormat] recognises a file by its first bytes and reads its header into an
/// [dev.clipstream.image.format.EncodedImage]. That decodes to [dev.clipstream.image.format.Pixels]. A new format is a
/// package that implements these two interfaces, and one line in `ImageFormats` of
/// [dev.clipstream.image.preprocess][dev.clipstream.image].
@NullMarked
package dev.clipstream.image.format;

import org.jspecify.annotations.NullMarked;

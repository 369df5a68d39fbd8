/// Options that several commands share: model, labels, media index, Kafka client, settings of the service.
///
/// In: parsed arguments and environment variables. Out: opened models and indexes, client configurations,
/// settings.
@NullMarked
package dev.clipstream.cli.option;

import org.jspecify.annotations.NullMarked;

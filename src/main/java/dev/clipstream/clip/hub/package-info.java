/// Models by their names: a [dev.clipstream.clip.ModelReference] comes in, a folder on this machine goes out.
///
/// [dev.clipstream.clip.hub.ModelHub] asks a hub for the files of a repository (`remote`, through `http`), chooses
/// those that the wanted weights need, and writes them to the cache of the hub's Python client (`cache`). The
/// [dev.clipstream.clip.hub.Catalogue] knows where the exports of well-known models are. Names, texts and bytes from a
/// hub are hostile. This package knows no ONNX Runtime and opens no model.
@NullMarked
package dev.clipstream.clip.hub;

import org.jspecify.annotations.NullMarked;

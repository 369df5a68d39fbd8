/// The test kit of the contract in [dev.clipstream.index]. A new implementation extends
/// [dev.clipstream.index.tck.MediaIndexTck].
package dev.clipstream.index.tck;

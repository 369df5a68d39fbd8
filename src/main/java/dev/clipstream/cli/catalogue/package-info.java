/// Commands that list and suggest models of the catalogue.
@NullMarked
package dev.clipstream.cli.catalogue;

import org.jspecify.annotations.NullMarked;

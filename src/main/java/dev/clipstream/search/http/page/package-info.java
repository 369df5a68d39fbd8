/// The web page of the service.
///
/// In: requests of browsers. Out: the files in the resources of this package.
@NullMarked
package dev.clipstream.search.http.page;

import org.jspecify.annotations.NullMarked;
